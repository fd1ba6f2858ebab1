-- 分配表怎样计钱：每张分配表计入哪几列（columns），依据是什么（basis），一列都不计的说明为什么。
-- How an allocation is counted: which of its columns hold the money of this document, on what basis, and why none does where none does.
--
-- 不含存疑的行；一份公文有几个文件的只用一个（v_copies）。“其中”列和户数、标准、总投资等列不计；有“本次”列的只计这些列；没有合计列的各列相加。
-- 有合计列的，各项目行都等于其余列之和才用合计列，“其中”列都不算在内或都算在内（合计｜其中：中央｜省级）；没有名为合计的列，而“其中”之后还有别的列的，“其中”前一列是不是合计，同样要证明。
-- 计入的 basis：single 只有一列；this_time “本次”列；total 合计列；parts 各列相加。不计的 basis：unclear 说不清哪列是本次的钱（已下达、收回、列名缺失、跨年度，合计列不等于各列之和）；
-- told 自评、报告、公示等文件中复述的；again 同一份公文中与前一张表总额相同的另一种分法；no_unit 没有单位。
--
-- document: 文件名
-- allocation_no: 分配表序
-- head: 所属的正文（附件文件的正文，其余是文件自己）
-- basis: 计入或不计的依据
-- columns: 计入的列的序号
-- labels: 计入的列名
-- yuan: 计入的总额（元），不计的为空
WITH kinds AS (
    SELECT document, allocation_no, column_no, regexp_replace(coalesce(any_value(column_label), ''), '\s', '', 'g') AS label, any_value(column_kind) AS kind,
        any_value(column_sums) AS is_sum
    FROM v_allocation_rows JOIN v_copies USING (document) WHERE counted GROUP BY ALL),
shapes AS (
    SELECT document, allocation_no, bool_or(kind = 'now') AS has_now, bool_or(kind = 'back') AS has_back,
        bool_or(kind = 'stage') OR bool_or(kind = 'early') AND count(*) FILTER (kind IN ('now', 'early', 'money')) > 1 AS has_stage
    FROM kinds GROUP BY ALL),
candidates AS (
    SELECT document, allocation_no, column_no, label, is_sum, kind = 'part' AS is_part FROM kinds JOIN shapes USING (document, allocation_no)
    WHERE NOT has_back AND (kind = 'part' OR CASE WHEN has_now THEN kind = 'now' ELSE kind IN ('money', 'early') AND NOT has_stage END)),
beside AS (
    SELECT *, NOT is_part AND lead(is_part, 1, false) OVER columns AS before_part, NOT is_part AND lag(is_part, 1, false) OVER columns AS after_part
    FROM candidates WINDOW columns AS (PARTITION BY document, allocation_no ORDER BY column_no)),
chosen AS (
    SELECT document, allocation_no, column_no, label, is_part,
        CASE WHEN bool_or(is_sum AND NOT is_part) OVER tables THEN is_sum AND NOT is_part ELSE before_part AND bool_or(after_part) OVER tables END AS is_sum
    FROM beside WINDOW tables AS (PARTITION BY document, allocation_no)),
cells AS (
    SELECT document, allocation_no, column_no, is_sum, r.value, r.yuan, sum(r.value) FILTER (is_sum) OVER line AS sums,
        sum(r.value) FILTER (NOT is_sum AND NOT is_part) OVER line AS leaves, sum(r.value) FILTER (NOT is_sum) OVER line AS leaves_and_parts
    FROM v_allocation_rows r JOIN chosen USING (document, allocation_no, column_no)
    WHERE r.role = 'item' WINDOW line AS (PARTITION BY document, allocation_no, row_no)),
proven AS (
    SELECT document, allocation_no, column_no, bool_and(value = leaves) OR bool_and(value = leaves_and_parts) AS is_total, bool_and(sums = leaves) AS is_split
    FROM cells WHERE is_sum GROUP BY ALL),
totals AS (
    SELECT document, allocation_no, min(column_no) FILTER (is_total) AS total_column, bool_or(is_split) AS is_split FROM proven GROUP BY ALL),
sets AS (
    SELECT document, allocation_no, count(*) AS width, count(*) FILTER (is_sum) AS sums, any_value(total_column) AS total_column, any_value(is_split) AS is_split,
        bool_or(label = '') AND count(*) > 1 OR count(DISTINCT nullif(regexp_extract(label, '(?:19|20)\d\d'), '')) > 1 AS muddled
    FROM chosen LEFT JOIN totals USING (document, allocation_no) WHERE NOT is_part GROUP BY ALL),
methods AS (
    SELECT document, allocation_no, total_column, width, has_now,
        CASE WHEN width IS NULL OR muddled THEN 'unclear' WHEN width = 1 THEN 'single' WHEN sums = 0 THEN 'parts' WHEN total_column IS NOT NULL THEN 'total'
            WHEN is_split THEN 'parts' ELSE 'unclear' END AS method
    FROM shapes LEFT JOIN sets USING (document, allocation_no)),
counted AS (
    SELECT document, allocation_no, any_value(method) AS method, list(c.column_no ORDER BY c.column_no) AS columns,
        string_agg(c.label, '、' ORDER BY c.column_no) AS labels
    FROM methods m JOIN chosen c USING (document, allocation_no)
    WHERE NOT is_part AND (method = 'single' OR method = 'total' AND c.column_no = total_column OR method = 'parts' AND NOT is_sum)
    GROUP BY ALL),
sums AS (
    SELECT document, allocation_no, sum(yuan) AS yuan, count(value) > count(yuan) AS no_unit
    FROM counted JOIN cells USING (document, allocation_no) WHERE list_contains(columns, column_no) GROUP BY ALL),
parents AS (SELECT document, min(other_document) AS parent FROM links WHERE relation = 'attached_to' GROUP BY document),
based AS (
    SELECT document, allocation_no, d.document AS head, columns, labels, yuan,
        CASE WHEN o.doc_type NOT IN ('notice', 'allocation_table', 'target_table') THEN 'told'
            WHEN c.method IS NULL OR a.takes_back OR o.takes_back OR d.takes_back THEN 'unclear'
            WHEN no_unit THEN 'no_unit' WHEN shapes.has_now THEN 'this_time' ELSE c.method END AS basis
    FROM allocations a JOIN shapes USING (document, allocation_no) JOIN documents o USING (document)
    LEFT JOIN parents USING (document) JOIN documents d ON d.document = coalesce(parent, o.document)
    LEFT JOIN counted c USING (document, allocation_no) LEFT JOIN sums USING (document, allocation_no)),
repeated AS (
    SELECT *, basis IN ('single', 'this_time', 'total', 'parts') AS counts, row_number() OVER (PARTITION BY head, counts, yuan ORDER BY document, allocation_no) > 1 AND counts AS again
    FROM based)
SELECT document, allocation_no, head, CASE WHEN again THEN 'again' ELSE basis END AS basis, CASE WHEN counts AND NOT again THEN columns END AS columns,
    CASE WHEN counts AND NOT again THEN labels END AS labels, CASE WHEN counts AND NOT again THEN yuan END AS yuan
FROM repeated
