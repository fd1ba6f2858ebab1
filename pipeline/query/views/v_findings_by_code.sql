-- 检查发现按种类：每种发现有多少，在多少份公文中，举一例。
-- Findings by code: how many of each, in how many documents, with one of them.
--
-- 一份公文只用一个文件（v_copies）。
--
-- code: 种类
-- severity: 程度
-- findings: 数量
-- documents: 公文数
-- example: 一例
-- example_document: 例子的文件名
SELECT code, severity, count(*) AS findings, count(DISTINCT document) AS documents, min_by(message, (document, no)) AS example, min(document) AS example_document
FROM findings JOIN v_copies USING (document) WHERE counted GROUP BY ALL
