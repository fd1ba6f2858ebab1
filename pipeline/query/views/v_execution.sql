-- 执行率：绩效表资金情况的每一行，填报的执行率和由预算数、执行数算出的并排。
-- Execution rates: each row of the funds of a performance table with the printed rate beside the one that budget and execution give.
--
-- 不含存疑的行；一份公文只用一个文件（v_copies）。total 行是其余行之和，各行不要与它相加。算出的执行率保留两位小数；预算为 0 或没有执行数的为空。
--
-- document: 文件名
-- table_no: 绩效表序
-- no: 序
-- year: 年度
-- region: 地区，照印出的
-- adcode: 区划代码
-- program: 资金
-- name: 名称
-- source: 资金来源
-- unit: 单位
-- initial_budget: 年初预算数
-- budget: 全年预算数
-- executed: 全年执行数
-- rate: 填报的执行率（%）
-- computed_rate: 算出的执行率（%）
-- difference: 填报减算出（百分点）
-- page: 页
-- place: 位置
SELECT document, table_no, no, coalesce(t.year, d.year) AS year, t.region, t.adcode, t.program, f.name, f.source, f.unit, f.initial_budget, f.budget, f.executed, f.rate,
    CASE WHEN f.budget <> 0 THEN round(f.executed::DOUBLE / f.budget::DOUBLE * 100, 2)::DECIMAL(18, 2) END AS computed_rate,
    TRY_CAST(f.rate AS DECIMAL(18, 6)) - computed_rate AS difference, f.page, f.place
FROM v_funds f JOIN v_copies USING (document) JOIN performance_tables t USING (document, table_no) JOIN documents d USING (document)
WHERE counted AND (f.budget IS NOT NULL OR f.executed IS NOT NULL)
