import pytest

from extractors.reading import Block
from grammars.grammar import Grammar
from pipeline.normalizer.paragraphs import furnish, heal, join
from pipeline.readers.text import text_blocks

LONG = "按照中央和省委省政府决策部署，为进一步做好就业补助资金分配使用管理工作，现就有关事"


def healed(text: str, grammar: Grammar) -> list[str]:
    return [b.text for b in heal(furnish(text_blocks(text), grammar), grammar) if b.kind == "text"]


def furniture(text: str, grammar: Grammar) -> list[str]:
    return [b.text for b in furnish(text_blocks(text), grammar) if b.kind == "furniture"]


@pytest.mark.parametrize(("printed", "paragraphs"), [
    ("财社〔2024〕\n33号", ["财社〔2024〕33号"]),
    ("根据《财政部关于下达\n资金的通知》执行。", ["根据《财政部关于下达资金的通知》执行。"]),
    ("请认真执行，\n确保资金安全。", ["请认真执行，确保资金安全。"]),
    ("资金共120万元\n，其中中央资金80万元。", ["资金共120万元，其中中央资金80万元。"]),
    ("各地要加强管理。\n请认真执行。", ["各地要加强管理。", "请认真执行。"]),
    ("一、总体要求\n二、资金管理", ["一、总体要求", "二、资金管理"]),
    ("关于下达资金的通知\n各市财政局：", ["关于下达资金的通知", "各市财政局："]),
    ("甘肃省财政厅\n2024年5月23日", ["甘肃省财政厅", "2024年5月23日"]),
    ("1.太原市，\n2.大同市", ["1.太原市，", "2.大同市"]),
])
def test_lines_are_joined_where_the_page_broke_them(printed: str, paragraphs: list[str], grammar: Grammar) -> None:
    assert healed(printed, grammar) == paragraphs


def test_full_lines_go_on_and_short_ones_do_not(grammar: Grammar) -> None:
    text = "\n".join([LONG, LONG[:40] + "项通", "知如下。", LONG, "项通知。"])
    assert healed(text, grammar) == [LONG + LONG[:40] + "项通" + "知如下。", LONG + "项通知。"]


def test_a_page_number_between_two_halves_is_passed_over(grammar: Grammar) -> None:
    text = "请认真执行，\n—3—\n确保资金安全。"
    assert furniture(text, grammar) == ["—3—"]
    assert healed(text, grammar) == ["请认真执行，确保资金安全。"]


@pytest.mark.parametrize("line", ["—3—", "－ 12 －", "第3页 共10页", "第 3 页", "·7·"])
def test_page_numbers(line: str, grammar: Grammar) -> None:
    assert furniture(f"资金。\n{line}\n管理。", grammar) == [line]


def test_the_commonest_page_number(grammar: Grammar) -> None:
    assert healed("请认真执行，\n- 3 -\n确保资金安全。", grammar) == ["请认真执行，确保资金安全。"]


@pytest.mark.parametrize("line", ["3", "2024", "120万元", "3月10日", "第三批", "-", "—"])
def test_what_is_no_page_number(line: str, grammar: Grammar) -> None:
    assert furniture(f"资金。\n{line}\n管理。", grammar) == []


def test_a_running_head_stands_beside_page_numbers(grammar: Grammar) -> None:
    page = "—{}—\n\n甘肃省财政厅公文\n\n资金管理第{}部分。\n\n"
    assert furniture("".join(page.format(n, n) for n in range(1, 5)), grammar).count("甘肃省财政厅公文") == 4
    plain = "\n甘肃省财政厅公文\n\n资金管理第{}部分。\n\n"
    assert furniture("".join(plain.format(n) for n in range(1, 5)), grammar) == []


def test_joined_text_keeps_the_place_of_both() -> None:
    above = Block("", "text", "资金管 ", 1, ((0, 10),))
    below = Block("", "text", "　理办法", 2, ((0, 20),))
    both = join(above, below)
    assert both.text == "资金管理办法"
    assert both.pieces == ((0, 10), (3, 21))
