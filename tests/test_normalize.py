from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.folding import folded
from extractors.reading import Block, Reading, Source
from grammars.grammar import Grammar
from pipeline.errors import DocumentError
from pipeline.normalizer.normalize import normalize
from pipeline.readers import registry
from pipeline.readers.html import html_blocks
from pipeline.readers.text import text_blocks
from tests.conftest import CORPUS, documents, through
from tests.test_evidence import objects

SOURCE = Source("inline", "0" * 64, "text/plain", 1, "inline/1")
BARS = set("|｜│┃:：+-=─━┈")
PIECES = ["序号", "地区", "金额", "备注", "合计", "太原市", "120", "95.5", "一级指标", "二级指标", "三级指标", "指标值", "产出指标", "数量指标", "满意度指标", "≥95%",
    "年度资金总额", "全年预算数",
          "全年执行数", "执行率", "项目名称", "总体目标", "目标1", "单位：万元", "附件1", "附件：1.分配表", "关于下达资金的通知", "财社〔2024〕33号", "《办法》", "各市财政局：",
          "现下达120万元，", "收到", "2024年5月23日", "财政厅", "（2023年度）", "续表", "注：", "“2080799就业补助”科目", "完成", "一、", "（一）", "。", "，", "《", "（", "〔",
          "—3—", "\u200b", "无", "—"]
GAPS = ["\n", "\n", "\t", "|", "  ", "\n\n", " ", "", "\n\t", "\f", "\r\n"]
PRINTED = st.lists(st.sampled_from(PIECES) | st.sampled_from(GAPS) | st.text(st.sampled_from("财政资金第号0123456789.%-—|\t\n 　①Aé𠀀"), max_size=6), max_size=50).map("".join)
SUFFIXES = st.sampled_from([".html", ".txt"])


def texts(blocks: tuple[Block, ...]) -> Iterator[str]:
    for block in blocks:
        yield block.text
        yield from (c.text for row in block.rows for c in row)


def printed(blocks: tuple[Block, ...]) -> str:
    return "".join("".join(t.split()) for t in texts(blocks))


def in_order(part: str, whole: str) -> bool:
    rest = iter(whole)
    return all(c in rest for c in part)


def read(text: str, suffix: str) -> Reading | None:
    """The reading as a reader gives it; None where there is nothing to read."""
    try:
        blocks = html_blocks(text) if suffix == ".html" else text_blocks(text)
    except DocumentError:
        return None
    return Reading(SOURCE, tuple(blocks))


def lost(before: Reading, after: Reading) -> Counter[str]:
    """Characters that are gone, the marks of tables apart."""
    one, two = Counter(printed(before.blocks)), Counter(printed(after.blocks))
    return Counter({c: n for c, n in (one - two).items() if c not in BARS})


@given(text=PRINTED, suffix=SUFFIXES)
@settings(max_examples=300, deadline=None)
def test_text_is_moved_and_never_edited(text: str, suffix: str, grammar: Grammar) -> None:
    """Every block and every cell holds characters of the source in their order, and none that the source has not."""
    before = read(text, suffix)
    if before is None:
        return
    after = normalize(before, grammar)
    whole = printed(before.blocks)
    assert not Counter(printed(after.blocks)) - Counter(whole)
    for one in texts(after.blocks):
        assert in_order("".join(one.split()), whole)


@pytest.mark.parametrize("path", documents(CORPUS / "documents"), ids=lambda path: path.stem)
def test_nothing_of_a_sample_is_lost_but_a_head_that_is_repeated(path: Path, grammar: Grammar) -> None:
    before = registry.read(path)
    after = normalize(before, grammar)
    rows = [(n, row) for table in after.tables for n, row in enumerate(table.rows)]
    heads = {c for n, row in rows if n < 3 or all(grammar.is_head(folded(one.text)) for one in row if not one.empty) for one in row for c in one.text}
    assert not {c: n for c, n in lost(before, after).items() if c not in heads}


def test_ids_are_given_in_order_and_once(grammar: Grammar) -> None:
    reading = through("甲。\n乙。\n序号\t地区\t金额\n1\t太原市\t120\n丙。\n", grammar).reading
    assert [b.id for b in reading.blocks] == ["b1", "b2", "t1", "b3"]


@given(text=PRINTED, suffix=SUFFIXES)
@settings(max_examples=200, deadline=None)
def test_any_text_at_all_goes_through_and_every_place_is_there(text: str, suffix: str, grammar: Grammar) -> None:
    """Nothing that can be printed stops the program, and every span lies within its block or cell."""
    if read(text, suffix) is None:
        return
    output = through(text, grammar, suffix)
    places = [where for _, item in objects(output.record) if (where := getattr(item, "evidence", None))]
    places += output.record.header.evidence.values()
    places += [f.related for f in output.record.findings if f.related]
    for where in places:
        assert where.block or where.table
        held = output.reading.block(where.block).text if where.block else output.reading.cell(where.table, where.row, where.column).text
        start, end = where.span or (0, len(held))
        assert 0 <= start <= end <= len(held)


def table(size: int) -> str:
    rows = "".join(f"{n}\t第{n}村\t{n}.5\n" for n in range(1, size + 1))
    return f"2024年资金分配表\n单位：万元\n序号\t单位名称\t金额\n{rows}合计\t\t{sum(range(1, size + 1)) + size / 2}\n"


def test_a_table_of_20000_rows(grammar: Grammar) -> None:
    record = through(table(20_000), grammar).record
    assert [len(a.rows) for a in record.allocations] == [20_001]
    assert not [f for f in record.findings if f.code == "sum-mismatch"]


def test_a_text_of_5_megabytes(grammar: Grammar) -> None:
    sentence = "根据《财政部关于下达资金预算的通知》（财社〔2024〕33号），安排太原市120万元，权重为35%，请于30日内拨付。"
    text = "\n".join([sentence * 3] * (5_000_000 // (len(sentence.encode()) * 3)))
    record = through(text, grammar).record
    assert record.citations[0].count == text.count("财社")


@pytest.mark.parametrize("piece", ["（", "《", "|", "\t", "1.", "一", "120", "指标", "、", "〔2024〕", " a", "，", "分别", "万"])
def test_a_long_run_of_one_piece_comes_to_an_end(piece: str, grammar: Grammar) -> None:
    """A pattern that can blow up does so on the same characters over and over."""
    reading = through(piece * 5000, grammar).reading
    kept = "".join(b.text + "".join(c.text for row in b.rows for c in row) for b in reading.blocks)
    assert len(kept) >= 4000 or piece in "|\t"  # marks between cells are no text
