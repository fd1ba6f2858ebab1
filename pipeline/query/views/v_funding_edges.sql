-- 资金的来龙去脉（边）：一份文件依据哪份文件下达资金（transfer），或只是引用了它（citation）。
-- The edges of the funding tree: which document moves money on the basis of which (`transfer`), or only cites it (`citation`).
--
-- 一对文号只有一条 transfer：由下达文件自己说的优先，否则取按文件名最先说到它的；yuan 是那份文件所说的这对文号之间各笔之和。citation 的 yuan 为空。不含存疑的行；一份公文只用一个文件（v_copies）。
-- 收回、核减资金的文件（documents.takes_back）不是下达：它们没有 transfer，只有 citation。
--
-- kind: 种类：transfer 据以下达，citation 引用
-- basis: 被依据或被引用的文号
-- doc_number: 下达或引用的文号
-- fund: 资金名称
-- yuan: 下达的元
-- told_in: 说到它的文件
-- held: told_in 是不是 doc_number 这份文件自己
-- page: 页
-- place: 位置
WITH transfers_told AS (
    SELECT t.basis, t.doc_number, t.document, d.doc_number IS NOT DISTINCT FROM t.doc_number AS own, string_agg(DISTINCT t.program, '；' ORDER BY t.program) AS fund, sum(t.yuan) AS yuan,
        min_by(t.page, t.no) AS page, min_by(t.place, t.no) AS place
    FROM v_transfers t JOIN documents d USING (document) JOIN v_copies USING (document)
    WHERE counted AND NOT takes_back AND t.basis IS NOT NULL AND t.doc_number IS NOT NULL AND t.basis <> t.doc_number GROUP BY ALL),
moves AS (
    SELECT DISTINCT ON (basis, doc_number) * FROM transfers_told ORDER BY basis, doc_number, own DESC, document),
cites AS (
    SELECT DISTINCT ON (basis, doc_number) c.doc_number AS basis, d.doc_number, d.document, c.page, c.place
    FROM v_citations c JOIN documents d USING (document) JOIN v_copies USING (document)
    WHERE counted AND c.doc_number <> d.doc_number ORDER BY basis, doc_number, document, no)
SELECT 'transfer' AS kind, basis, doc_number, fund, yuan, document AS told_in, own AS held, page, place FROM moves
UNION ALL
SELECT 'citation', basis, doc_number, NULL, NULL, document, true, page, place FROM cites ANTI JOIN moves USING (basis, doc_number)
