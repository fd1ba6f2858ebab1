-- 目标与完成：每个三级指标的目标值和完成值并排，是否达到，差多少。
-- Target against result: the target and the actual value of each indicator side by side, whether it was reached, and by how much.
--
-- 只列有完成值的指标；目标取第一个目标值。不含存疑的值；一份公文只用一个文件（v_copies）。数量单位去掉“万”“亿”等后相同才比较。
-- 没有印出比较符的目标：目标是 0 的、越少越好的（indicators.less_is_better），完成值不高于目标为达到；其余不低于目标为达到（compared_as 写明按哪个方向比）。
-- 任一方是文字、单位不同的，reached 为空。
--
-- document: 文件名
-- table_no: 绩效表序
-- indicator_no: 指标序
-- year: 年度
-- region: 地区，照印出的
-- adcode: 区划代码
-- program: 资金
-- level1: 一级指标
-- level2: 二级指标
-- indicator: 三级指标
-- target_text: 目标值原文
-- op: 印出的比较符
-- target: 目标值
-- target_unit: 目标值单位
-- actual_text: 完成值原文
-- actual: 完成值
-- actual_unit: 完成值单位
-- compared_as: 按什么方向比较
-- reached: 是否达到
-- difference: 完成值减目标值
-- unit: 差的单位
-- weight: 分值
-- score: 得分
-- remark: 说明
-- explained: 是否填了说明（“无”“—”等不算）
-- page: 完成值所在页
-- place: 完成值位置
WITH shown AS (SELECT v.*, base_number AS whole, coalesce(base_unit, '') AS bare FROM v_indicator_values v JOIN v_copies USING (document) WHERE counted),
pairs AS (
    SELECT a.document, a.table_no, a.indicator_no, t.text AS target_text, t.op, t.number AS target, t.unit AS target_unit, t.whole AS target_whole, t.bare AS target_bare,
        a.text AS actual_text, a.number AS actual, a.unit AS actual_unit, a.whole AS actual_whole, a.bare AS actual_bare, a.page, a.place
    FROM (SELECT DISTINCT ON (document, table_no, indicator_no) * FROM shown WHERE role = 'actual' ORDER BY document, table_no, indicator_no, no) a
    LEFT JOIN (SELECT DISTINCT ON (document, table_no, indicator_no) * FROM shown WHERE role = 'target' ORDER BY document, table_no, indicator_no, no) t
        ON (t.document, t.table_no, t.indicator_no) = (a.document, a.table_no, a.indicator_no)),
directed AS (
    SELECT p.*, i.level1, i.level2, i.name AS indicator, i.weight, i.score, i.remark, i.explained,
        (target_bare = actual_bare OR target_bare = '' OR actual_bare = '') AND target_whole IS NOT NULL AND actual_whole IS NOT NULL AS comparable,
        CASE WHEN NOT comparable THEN NULL WHEN op IN ('≥', '≤', '>', '<') THEN op
            WHEN target = 0 OR i.less_is_better THEN '≤'
            ELSE '≥' END AS compared_as
    FROM pairs p JOIN v_indicators i USING (document, table_no, indicator_no))
SELECT document, table_no, indicator_no, coalesce(t.year, d.year) AS year, t.region, t.adcode, t.program, level1, level2, indicator, target_text, op, target, target_unit, actual_text, actual, actual_unit,
    compared_as, CASE compared_as WHEN '≥' THEN actual_whole >= target_whole WHEN '≤' THEN actual_whole <= target_whole WHEN '>' THEN actual_whole > target_whole
        WHEN '<' THEN actual_whole < target_whole END AS reached,
    CASE WHEN NOT comparable THEN NULL WHEN target_unit IS NOT DISTINCT FROM actual_unit THEN actual - target ELSE actual_whole - target_whole END AS difference,
    CASE WHEN NOT comparable THEN NULL WHEN target_unit IS NOT DISTINCT FROM actual_unit THEN actual_unit WHEN actual_bare = '' THEN target_bare ELSE actual_bare END AS unit,
    weight, score, remark, explained, x.page, x.place
FROM directed x JOIN performance_tables t USING (document, table_no) JOIN documents d USING (document)
