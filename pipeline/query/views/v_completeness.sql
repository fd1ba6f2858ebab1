-- 文件是否完整：每个文件读出了什么、缺什么、有多少问题；未读出的文件也在内。
-- Completeness by document: what was read of each file, what is missing, how many findings; files that failed are there too.
--
-- 一个文件一行，同一份公文的几个文件各有一行（counted 说明哪个计入汇总）。sums_equal：各分配表各列的合计与各行之和都相等；没有可比的合计为空。
--
-- document: 文件名
-- doc_type: 文件类型
-- was_read: 是否读出
-- has_title: 有标题
-- has_doc_number: 有发文字号
-- has_issuer: 有发文机关
-- has_issued_on: 有成文日期
-- transfers: 资金下达数
-- allocations: 分配表数
-- sums_equal: 分配表的合计是否都相等
-- performance_tables: 绩效表数
-- indicators: 三级指标数
-- residue: 未归属的数字
-- errors: 错误
-- warnings: 警告
-- infos: 提示
-- flagged: 存疑的行数（分配明细、资金、指标值、资金下达、金额）
-- counted: 是否计入汇总
-- reason: 没有读出的原因
WITH tallies AS (
    SELECT document, count(*) FILTER (what = 'transfers') AS transfers, count(*) FILTER (what = 'allocations') AS allocations,
        count(*) FILTER (what = 'performance_tables') AS performance_tables, count(*) FILTER (what = 'indicators') AS indicators,
        count(*) FILTER (what = 'residue') AS residue, count(*) FILTER (what = 'infos') AS infos, count(*) FILTER (what = 'flagged') AS flagged
    FROM (SELECT document, 'transfers' AS what FROM transfers UNION ALL SELECT document, 'allocations' FROM allocations
        UNION ALL SELECT document, 'performance_tables' FROM performance_tables UNION ALL SELECT document, 'indicators' FROM indicators
        UNION ALL SELECT document, 'residue' FROM residue UNION ALL SELECT document, 'infos' FROM findings WHERE severity = 'info'
        UNION ALL SELECT document, 'flagged' FROM (
            SELECT document, flagged FROM allocation_rows UNION ALL SELECT document, flagged FROM funds UNION ALL SELECT document, flagged FROM indicator_values
            UNION ALL SELECT document, flagged FROM transfers UNION ALL SELECT document, flagged FROM amounts) WHERE flagged)
    GROUP BY document),
sums AS (SELECT document, bool_and(difference = 0) AS sums_equal FROM v_allocation_sums GROUP BY document)
SELECT document, doc_type, true AS was_read, title IS NOT NULL AS has_title, doc_number IS NOT NULL AS has_doc_number, issuers IS NOT NULL AS has_issuer,
    issued_on_text IS NOT NULL AS has_issued_on, coalesce(transfers, 0) AS transfers, coalesce(allocations, 0) AS allocations, sums_equal,
    coalesce(performance_tables, 0) AS performance_tables, coalesce(indicators, 0) AS indicators, coalesce(residue, 0) AS residue, errors, warnings,
    coalesce(infos, 0) AS infos, coalesce(flagged, 0) AS flagged, counted, NULL::VARCHAR AS reason
FROM documents JOIN v_copies USING (document) LEFT JOIN tallies USING (document) LEFT JOIN sums USING (document)
UNION ALL
SELECT document, NULL, false, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, false, reason FROM failures
