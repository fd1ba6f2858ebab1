-- 资金树：从最上面的文件起，一级一级据以下达到哪些文件，各多少元。
-- The funding tree: from the topmost document down, which documents move its money on, level by level, with the sums.
--
-- 由 v_funding_edges 中 kind = 'transfer' 的边连成，起点是本身不再依据别的文件的文号。一份文件依据几份文件的，在每一条路径上各出现一次；循环的依据到重复处为止，只在循环中的文号不出现。
-- passed_on 是它的下一级所得之和，只含结果中有的文件，少于 yuan 不说明没有分完。
--
-- root: 起点的文号
-- depth: 层次，起点为 0
-- doc_number: 文号
-- basis: 它依据的文号
-- fund: 资金名称
-- yuan: 它从 basis 得到并下达的元
-- passed_on: 下一级据它下达的元
-- children: 下一级文件数
-- document: 结果中的这份文件；没有的为空
-- title: 标题
-- path: 从起点到它的文号
WITH RECURSIVE edges AS (SELECT basis, doc_number, fund, yuan FROM v_funding_edges WHERE kind = 'transfer'),
tree AS (
    SELECT DISTINCT basis AS root, 0 AS depth, basis AS doc_number, NULL::VARCHAR AS basis, NULL::VARCHAR AS fund, NULL::DECIMAL(38, 12) AS yuan, [basis] AS steps
    FROM edges WHERE basis NOT IN (SELECT doc_number FROM edges)
    UNION ALL
    SELECT root, depth + 1, e.doc_number, e.basis, e.fund, e.yuan, list_append(steps, e.doc_number)
    FROM tree t JOIN edges e ON e.basis = t.doc_number WHERE NOT list_contains(steps, e.doc_number)),
given AS (SELECT basis AS doc_number, sum(yuan) AS passed_on, count(*) AS children FROM edges GROUP BY basis),
held AS (SELECT doc_number, min(document) AS document, min_by(title, document) AS title FROM documents JOIN v_copies USING (document) WHERE counted GROUP BY doc_number)
SELECT root, depth, doc_number, basis, fund, yuan, passed_on, coalesce(children, 0) AS children, document, title, array_to_string(steps, ' → ') AS path
FROM tree LEFT JOIN given USING (doc_number) LEFT JOIN held USING (doc_number)
