-- 指标按类别：每个一级、二级指标类别下有多少指标，多少填了完成值、达到了目标。
-- Indicators by category: how many there are under each category, how many have a result and reached the target.
--
-- 目标表和自评表分开（kind）；不含存疑的行；一份公文只用一个文件（v_copies）；是否达到见 v_targets。
--
-- kind: 绩效表种类
-- level1: 一级指标
-- level2: 二级指标
-- indicators: 指标数
-- repaired: 归类经过修正的
-- with_result: 填了完成值的
-- reached: 达到目标的
-- missed: 没有达到的
-- missed_unexplained: 没有达到且没有说明的
SELECT t.kind, i.level1, i.level2, count(*) AS indicators, count(*) FILTER (i.repaired) AS repaired, count(v.document) AS with_result,
    count(*) FILTER (v.reached) AS reached, count(*) FILTER (NOT v.reached) AS missed, count(*) FILTER (NOT v.reached AND NOT v.explained) AS missed_unexplained
FROM v_indicators i JOIN v_copies USING (document) JOIN performance_tables t USING (document, table_no) LEFT JOIN v_targets v USING (document, table_no, indicator_no)
WHERE counted GROUP BY ALL
