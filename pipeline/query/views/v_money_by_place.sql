-- 按地区和年度的钱：每一级政府每年给每个地区分了多少元。
-- Money by place and year: what each level of government allots to each place in each year, in 元.
--
-- 由 v_money 相加，口径见那里。不同 from_level 之间不能相加：同一笔钱在每一级各有一次。level 是得到钱的区划的级别；省的行只是分给省本身的，省内合计要按 province 相加。
-- place_from 为 document 的行只知道在这个区划之内（学校、项目、市本级等行名不是区划）。
--
-- year: 年度
-- from_level: 哪一级下达：central 中央，province 省，prefecture 市，county 县；看不出的为空
-- province: 省
-- prefecture: 市
-- place_name: 区划名称
-- adcode: 区划代码
-- level: 区划级别
-- place_from: 区划来自 row 行名，或 document 公文所属地
-- yuan: 分得的元
-- documents: 公文数
-- rows_counted: 计入的行数
-- rows_left_out: 说不清而不计的行数
SELECT year, from_level, province, prefecture, place_name, adcode, level, place_from, sum(yuan) AS yuan, count(DISTINCT document) AS documents,
    count(yuan) AS rows_counted, count(*) - count(yuan) AS rows_left_out
FROM v_money GROUP BY ALL
