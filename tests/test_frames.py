"""Tables that only set lines apart are lines again; tables with figures stay tables."""

import pytest

from grammars.grammar import Grammar
from pipeline.normalizer.frames import unframed
from pipeline.readers.html import html_blocks

FOOT = "<table><tr><td>甘肃省财政厅办公室</td><td>2024年4月10日印发</td></tr></table>"
COPIED = "<table><tr><td colspan=2>抄送：财政部甘肃监管局，省审计厅。</td></tr><tr><td>甘肃省财政厅办公室</td><td>2024年4月10日印发</td></tr></table>"
SHARES = "<table><tr><td>地区</td><td>金额</td></tr><tr><td>兰州市</td><td>310</td></tr></table>"


@pytest.mark.parametrize(("html", "texts"), [
    (FOOT, ["甘肃省财政厅办公室\u3000\u30002024年4月10日印发"]),
    (COPIED, ["抄送：财政部甘肃监管局，省审计厅。", "甘肃省财政厅办公室\u3000\u30002024年4月10日印发"]),
])
def test_the_foot_of_a_notice_is_lines(html: str, texts: list[str], grammar: Grammar) -> None:
    blocks = unframed(html_blocks(html), grammar)
    assert [(b.kind, b.text) for b in blocks] == [("text", t) for t in texts]
    assert not any(b.rows for b in blocks)


def test_a_table_of_figures_stays_one(grammar: Grammar) -> None:
    blocks = html_blocks(SHARES)
    assert unframed(blocks, grammar) == blocks


def test_a_signature_in_two_columns_is_lines(grammar: Grammar) -> None:
    html = "<table><tr><td>天水市财政局</td><td>天水市住房和城乡建设局</td></tr><tr><td></td><td>二〇二三年六月十五日</td></tr></table>"
    assert [b.text for b in unframed(html_blocks(html), grammar)] == ["天水市财政局\u3000\u3000天水市住房和城乡建设局", "二〇二三年六月十五日"]
