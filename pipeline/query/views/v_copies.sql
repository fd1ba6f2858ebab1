-- 重复的文件：同一份公文的多个文件只计一个；其余 v_ 汇总视图只用 counted 的文件。
-- One document in several files is counted once: the other summing views use only the files that are `counted` here.
--
-- 判为同一份：发文字号和标题都相同；没有字号的，标题、类型和表中全部数字都相同；都没有的，内容相同。计表中不存疑的数字（连同附件文件的）最多的一个，其次连存疑的最多，再次错误最少、警告最少，最后按文件名。
-- 作为附件文件的，随它所附的正文：正文不计，它也不计。单独存放、又与正文内的附件重复的表认不出来。
--
-- document: 文件名
-- key_kind: 依据：doc_number 字号和标题，numbers 标题和数字，content 内容，attachment 随正文
-- counted: 是否计入汇总
-- counted_document: 同一份公文中计入的文件；附件文件都不计的，是计入的正文
-- files: 同一份公文的文件数
WITH cells AS (
    SELECT document, flagged, concat_ws(' ', 'a', allocation_no, row_no, column_no, value) AS told FROM allocation_rows WHERE value IS NOT NULL
    UNION ALL SELECT document, flagged, concat_ws(' ', 'f', table_no, no, coalesce(budget, -1), coalesce(executed, -1)) FROM funds
    UNION ALL SELECT document, flagged, concat_ws(' ', 'i', table_no, indicator_no, no, number) FROM indicator_values WHERE number IS NOT NULL),
numbers AS (SELECT document, string_agg(told, '|' ORDER BY told) AS told FROM cells GROUP BY document),
parents AS (SELECT document, min(other_document) AS parent FROM links WHERE relation = 'attached_to' GROUP BY document),
held AS (
    SELECT coalesce(parent, document) AS document, count(DISTINCT told) FILTER (NOT flagged) AS sound, count(DISTINCT told) AS held
    FROM cells LEFT JOIN parents USING (document) GROUP BY ALL),
keyed AS (
    SELECT d.document, d.errors, d.warnings, coalesce(sound, 0) AS sound, coalesce(held, 0) AS held, regexp_replace(d.title, '\s', '', 'g') AS title, parent,
        CASE WHEN d.doc_number IS NOT NULL AND d.title IS NOT NULL THEN 'doc_number' WHEN d.title IS NOT NULL AND n.told IS NOT NULL THEN 'numbers' ELSE 'content' END AS key_kind,
        CASE key_kind WHEN 'doc_number' THEN concat_ws('|', d.doc_number, regexp_replace(d.title, '\s', '', 'g'))
            WHEN 'numbers' THEN concat_ws('|', d.doc_type, regexp_replace(d.title, '\s', '', 'g'), md5(n.told)) ELSE d.sha256 END AS key
    FROM documents d LEFT JOIN numbers n USING (document) LEFT JOIN held USING (document) LEFT JOIN parents USING (document)),
heads AS (
    SELECT document, key_kind, key, first_value(document) OVER same AS counted_document, count(*) OVER (PARTITION BY key_kind, key) AS files
    FROM keyed WHERE parent IS NULL WINDOW same AS (PARTITION BY key_kind, key ORDER BY sound DESC, held DESC, errors, warnings, document)),
attached AS (
    SELECT k.document, coalesce(h.key, k.parent) AS key, k.title, coalesce(h.counted_document = k.parent, true) AS counted, h.counted_document AS head
    FROM keyed k LEFT JOIN heads h ON h.document = k.parent WHERE k.parent IS NOT NULL)
SELECT document, key_kind, document = counted_document AS counted, counted_document, files FROM heads
UNION ALL
SELECT document, 'attachment', counted, CASE WHEN counted THEN document ELSE coalesce(min(document) FILTER (counted) OVER same, head) END, count(*) OVER same
FROM attached WINDOW same AS (PARTITION BY key, coalesce(title, document))
