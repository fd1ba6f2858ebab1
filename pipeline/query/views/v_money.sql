-- 分配的钱：分配表的每个项目行得到多少元，给了哪里，由哪一级下达。
-- Money by row: what each item row of an allocation gets in 元, where it goes, and which level of government gives it.
--
-- 只用项目行，不用合计行和小计行；不含存疑的行；一份公文只用一个文件（v_copies）；计哪几列见 v_money_basis，说不清的 yuan 为空。
-- 上级把钱分给下级、下级再分，同一笔钱在每一级的文件中各有一次：相加前先限定 from_level。
--
-- document: 文件名
-- allocation_no: 分配表序
-- row_no: 行序
-- doc_number: 发文字号（附件文件取其正文的）
-- title: 标题（附件文件取其正文的）
-- fund: 资金名称；公文只下达一项资金时才有
-- year: 年度
-- from_level: 哪一级下达：central 中央，province 省，prefecture 市，county 县；看不出的为空
-- name: 行名
-- adcode: 区划代码
-- place_name: 区划名称
-- level: 区划级别
-- province: 省
-- prefecture: 市
-- place_from: 区划来自 row 行名，或 document 公文所属地（行名不是区划时）
-- yuan: 分得的元；不计的为空
-- basis: 按哪些列计，见 v_money_basis
-- page: 页
-- place: 位置
WITH lines AS (
    SELECT r.document, allocation_no, row_no, any_value(head) AS head, any_value(r.name) AS name, any_value(r.adcode) AS adcode, any_value(basis) AS basis,
        sum(r.yuan) FILTER (list_contains(columns, column_no)) AS yuan, any_value(page) AS page, any_value(place) AS place
    FROM v_allocation_rows r JOIN v_money_basis USING (document, allocation_no) WHERE role = 'item' GROUP BY ALL),
single AS (SELECT document, any_value(program) AS fund FROM v_transfers WHERE program IS NOT NULL GROUP BY document HAVING count(DISTINCT program) = 1),
heads AS (
    SELECT d.document, doc_number, title, fund, year, adcode, central
    FROM documents d LEFT JOIN single USING (document))
SELECT l.document, allocation_no, row_no, doc_number, title, fund, year, CASE WHEN h.central THEN 'central' ELSE giver.level END AS from_level,
    l.name, p.adcode, p.name AS place_name, p.level, p.province, p.prefecture,
    CASE WHEN p.adcode IS NULL THEN NULL WHEN l.adcode IS NULL THEN 'document' ELSE 'row' END AS place_from, yuan, basis, page, place
FROM lines l JOIN heads h ON h.document = l.head
LEFT JOIN places giver ON giver.adcode = h.adcode
LEFT JOIN places p ON p.adcode = coalesce(l.adcode, CASE WHEN NOT h.central THEN h.adcode END)
