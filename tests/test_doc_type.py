from typing import Literal

import pytest

from extractors.doc_type import find
from extractors.document import describe
from extractors.record import Allocation, DocType, Evidence, Header, PerformanceTable
from grammars.grammar import Grammar
from tests.conftest import through

Kind = Literal["target", "self_evaluation"]
LONG = "各地要进一步加强资金管理，切实提高资金使用效益，确保各项政策落到实处。"  # 35 characters


def table(kind: Kind) -> PerformanceTable:
    return PerformanceTable(kind=kind, evidence=Evidence())


def share(title: str | None = None, unit: str | None = None) -> Allocation:
    return Allocation(title=title, attachment=None, unit=unit, columns=["金额"], rows=[], evidence=Evidence())


def kind_of(grammar: Grammar, title: str | None = None, genre: str | None = None, tables: tuple[Kind, ...] = (), shares: tuple[Allocation, ...] = (),
            sentences: int = 1) -> DocType:
    document = describe(through(f"{LONG}\n" * sentences, grammar).reading, grammar)
    return find(document, Header(title=title, genre=genre), [table(k) for k in tables], list(shares))


@pytest.mark.parametrize(("title", "genre", "expected"), [
    ("关于下达2024年就业补助资金的通知", "通知", "notice"), ("关于开展2023年绩效自评的通知", "通知", "notice"),
    ("2023年就业补助资金绩效自评报告", "报告", "self_evaluation_report"), ("2023年工作情况的报告", "报告", "other"), ("关于做好就业工作的意见", "意见", "other"),
])
def test_by_the_genre(title: str, genre: str, expected: DocType, grammar: Grammar) -> None:
    assert kind_of(grammar, title, genre) == expected
    assert kind_of(grammar, title, genre, ("self_evaluation",), (share("分配表", "万元"),)) == expected


@pytest.mark.parametrize(("tables", "expected"), [
    (("target",), "target_table"), (("self_evaluation",), "self_evaluation_table"), (("target", "self_evaluation"), "self_evaluation_table"), ((), "other"),
])
def test_a_table_alone_is_what_it_is(tables: tuple[Kind, ...], expected: DocType, grammar: Grammar) -> None:
    assert kind_of(grammar, tables=tables) == expected


@pytest.mark.parametrize(("tables", "sentences", "expected"), [
    (("self_evaluation",), 9, "self_evaluation_table"), (("self_evaluation",), 10, "self_evaluation_report"),
    (("self_evaluation", "self_evaluation"), 10, "self_evaluation_table"), (("self_evaluation", "target"), 14, "self_evaluation_report"),
    (("target",), 10, "other"),
])
def test_running_text_makes_a_report_of_it(tables: tuple[Kind, ...], sentences: int, expected: DocType, grammar: Grammar) -> None:
    assert kind_of(grammar, tables=tables, sentences=sentences) == expected


@pytest.mark.parametrize(("one", "sentences", "expected"), [
    (share("2024年资金分配表"), 1, "allocation_table"), (share(unit="万元"), 1, "allocation_table"), (share(), 1, "other"),
    (share("2024年资金分配表", "万元"), 9, "allocation_table"), (share("2024年资金分配表", "万元"), 10, "other"),
])
def test_an_allocation_alone(one: Allocation, sentences: int, expected: DocType, grammar: Grammar) -> None:
    assert kind_of(grammar, shares=(one,), sentences=sentences) == expected


def test_a_performance_table_goes_before_an_allocation(grammar: Grammar) -> None:
    assert kind_of(grammar, tables=("target",), shares=(share("2024年资金分配表"),)) == "target_table"
