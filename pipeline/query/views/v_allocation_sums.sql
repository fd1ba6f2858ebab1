-- 分配表的合计：每个金额列的项目行之和与印出的合计并排。
-- The sums of allocations: for each money column what its item rows add up to, beside the printed total.
--
-- 含存疑的行（这里正是要看它们）；每个文件都列。没有合计行、或有几个合计行的，printed 为空。
--
-- document: 文件名
-- allocation_no: 分配表序
-- column_no: 列序
-- title: 分配表标题
-- column_label: 列名
-- unit: 单位
-- items: 项目行数
-- computed: 项目行之和
-- printed: 印出的合计
-- difference: 印出减相加
SELECT document, allocation_no, column_no, any_value(a.title) AS title, any_value(r.column_label) AS column_label, any_value(r.unit) AS unit,
    count(r.value) FILTER (r.role = 'item') AS items, sum(r.value) FILTER (r.role = 'item') AS computed,
    CASE WHEN count(*) FILTER (r.role = 'total') = 1 THEN any_value(r.value) FILTER (r.role = 'total') END AS printed, printed - computed AS difference
FROM allocation_rows r JOIN allocations a USING (document, allocation_no) GROUP BY document, allocation_no, column_no
HAVING count(r.value) > 0
