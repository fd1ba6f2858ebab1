"""Records against golden answers: real records changed by hand, and answers written in the test."""

import importlib.util
import json
from collections.abc import Callable, Iterator
from copy import deepcopy
from io import StringIO
from pathlib import Path
from random import Random
from types import ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rich.console import Console

from pipeline.compare.answers import SHOWN, Scores, compared_scores, golden, golden_of, to_data, view
from pipeline.compare.changes import Pair
from pipeline.compare.score import Score, misshapen, score, total
from pipeline.corrections.examples import golden as golden_from
from pipeline.errors import UsageError
from tests.conftest import CORPUS, Output

Data = dict[str, Any]
many = settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])

# Lists of a record in which a fact may be missing or too many, and leaves that name nothing.
FACTS = ("outline", "citations", "amounts", "account_codes", "statements", "header.contacts", "allocations.rows", "performance_tables.indicators")
LEAVES = ("header.disclosure", "header.printed_by", "transfers.received_on", "allocations.rows.note", "allocations.rows.adcode", "statements.verdict",
          "performance_tables.indicators.remark", "performance_tables.indicators.values.text", "performance_tables.indicators.values.op")


def data(output: Output) -> Data:
    told: Data = output.record.model_dump(mode="json")
    return told


def at(value: Any, field: str) -> list[Any]:
    """Every object or list that a field leads to."""
    for key in field.split(".") if field else ():
        value = [one[key] for some in ([value] if isinstance(value, dict) else value) for one in (some if isinstance(some, list) else [some])]
    return [value] if isinstance(value, dict) else list(value)


def owners(record: Data, field: str) -> list[Data]:
    """Every object that has a field."""
    flat: list[Any] = at(record, field.rpartition(".")[0])
    return [one for some in flat for one in (some if isinstance(some, list) else [some])]


def sole(golden_answer: Data, record: Data) -> Score:
    return total(score(golden_answer, record).values())


def rows(*told: Any) -> Data:
    """An allocation table of rows `(name, value…)`."""
    return {"allocations": [{"title": "分配表", "columns": ["金额"], "rows": [{"name": name, "role": "item", "values": list(values)} for name, *values in told]}]}


# --- properties --------------------------------------------------------------------------------------------------------


def test_a_record_is_its_own_answer(outputs: list[Output]) -> None:
    for output in outputs:
        found = score(golden_from(output.record), data(output))
        assert all(one.perfect for one in found.values()), output.name
        assert sum(one.wanted for one in found.values()) > 0


def test_without_a_record_everything_is_missed(outputs: list[Output]) -> None:
    for output in outputs[::10]:
        answer = golden_from(output.record)
        missed, whole = sole(answer, {}), sole(answer, data(output))
        assert missed.agreed == missed.told == 0 and missed.wanted == whole.wanted
        assert (missed.precision, missed.recall, missed.f1) == (1.0, 0.0, 0.0)


@many
@given(chance=st.randoms(use_true_random=False), part=st.floats(0.1, 0.9))
def test_leaves_that_are_dropped_lower_recall_alone(outputs: list[Output], chance: Random, part: float) -> None:
    output = chance.choice(outputs)
    answer, record = golden_from(output.record), data(output)
    slots = [(one, field.rpartition(".")[2]) for field in LEAVES for one in owners(record, field) if one[field.rpartition(".")[2]]]
    dropped = [slot for slot in slots if chance.random() < part]
    for one, key in dropped:
        one[key] = None
    whole, found = sole(answer, data(output)), sole(answer, record)
    assert found == Score(whole.agreed - len(dropped), whole.told - len(dropped), whole.wanted)
    assert found.precision == 1.0


@many
@given(chance=st.randoms(use_true_random=False))
def test_facts_that_are_dropped_lower_recall_and_facts_that_are_added_precision(outputs: list[Output], chance: Random) -> None:
    output = chance.choice(outputs)
    answer, fewer, more = golden_from(output.record), data(output), data(output)
    held = [(field, n) for field in FACTS for n, facts in enumerate(at(fewer, field)) if facts]
    if not held:
        return
    field, n = chance.choice(held)
    facts = at(fewer, field)[n]
    del facts[chance.randrange(len(facts))]
    whole, missed = sole(answer, data(output)), sole(answer, fewer)
    assert missed.agreed == missed.told < missed.wanted == whole.wanted
    stranger = {**chance.choice(at(more, field)[n]), **dict.fromkeys(("title", "name", "scope", "indicator", "doc_number", "code", "phone", "email"), "※※"), "yuan": 0.01}
    at(more, field)[n].append(stranger)
    spare = sole(answer, more)
    assert spare.agreed == spare.wanted == whole.wanted < spare.told


def test_scores_add_up() -> None:
    assert Score(1, 2, 3) + Score(1, 1, 1) == total([Score(2, 3, 4)]) == Score(2, 3, 4)
    assert Score(2, 4, 3).precision == 0.5 and Score(1, 4, 2).recall == 0.5 and Score(2, 4, 4).f1 == 0.5
    assert Score().f1 == Score().precision == Score().recall == 1.0 and Score().perfect and not Score(0, 1, 0).perfect


# --- golden answers of the corpus --------------------------------------------------------------------------------------


def pairs_with_answers(outputs: list[Output], folder: Path) -> Iterator[tuple[Data, Data]]:
    for output in outputs:
        path = golden_of(folder, output.path.name)
        assert path, output.name
        yield dict(golden(path)), data(output)


def test_what_is_wanted_is_the_answer_s_alone(outputs: list[Output]) -> None:
    for (answer, record), output in zip(pairs_with_answers(outputs, CORPUS / "golden"), outputs, strict=True):
        assert sole(answer, record).wanted == sole(answer, {}).wanted, output.name


def test_samples(outputs: list[Output]) -> None:
    found = [sole(answer, record) for answer, record in pairs_with_answers(outputs, CORPUS / "golden")]
    assert total(found).f1 > 0.99 and total(found).wanted > 20_000


@pytest.fixture(scope="module")
def scorer(shared: Path) -> ModuleType:
    path = shared / "score" / "score.py"
    spec = importlib.util.spec_from_file_location("scorer", path)
    if not path.is_file() or spec is None or spec.loader is None:
        pytest.skip("no scorer at ../shared/score/score.py: the two are not compared")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def parts(value: Any) -> Iterator[Any]:
    """Every list and object of a record, places left out."""
    for key, one in value.items() if isinstance(value, dict) else enumerate(value):
        if isinstance(one, dict | list) and key not in ("evidence", "source", "provenance"):
            yield one
            yield from parts(one)


def dropped(record: Data, chance: Random) -> None:
    for one in [one for one in parts(record) if isinstance(one, list)]:
        one[:] = [entry for entry in one if chance.random() > 0.05]


def altered(record: Data, chance: Random) -> None:
    for one in [one for one in parts(record) if isinstance(one, dict)]:
        for key, value in one.items():
            if chance.random() < 0.05 and key not in ("kind", "role", "source", "severity") and isinstance(value, str | int | float):
                one[key] = chance.choice([None, f"{value}错"] if isinstance(value, str) else [None, value + 1])


def emptied(record: Data, chance: Random) -> None:
    for one in [one for one in parts(record) if isinstance(one, list)]:
        if chance.random() < 0.1:
            one.clear()


@pytest.mark.parametrize("harm", [dropped, altered, emptied])
def test_as_near_as_the_scorer_beside_the_repository(scorer: ModuleType, outputs: list[Output], shared_outputs: dict[str, list[Output]], shared: Path,
                                                     harm: Callable[[Data, Random], None]) -> None:
    chance, ours, theirs = Random(1), [Score()], [0, 0, 0]
    folders = [(outputs[::2], CORPUS / "golden"), *((some, shared / name / "gold") for name, some in shared_outputs.items())]
    for some, folder in folders:
        for answer, record in pairs_with_answers(some, folder):
            harm(record, chance)
            ours.append(sole(answer, record))
            tally = scorer.score(answer, record)
            theirs = [sum(counts) for counts in zip(theirs, (tally.hit.total(), tally.miss.total(), tally.extra.total()), strict=True)]
    assert 0.5 < total(ours).f1 < 0.99
    assert abs(total(ours).f1 - scorer.prf(*theirs)[2]) < 0.005


# --- what is right -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("told", "right"), [
    ("新财社〔2024〕33号", True), ("新财社[2024]３３号", True), (" 新财社 〔2024〕\n33号", True), ("新财社〔2024〕38号", False), ("新财社〔2024〕3号", False), (None, False)])
def test_texts_are_folded_and_near_misses_are_none(told: str | None, right: bool) -> None:
    assert score({"header": {"doc_number": "新财社〔2024〕33号"}}, {"header": {"doc_number": told}})["header"].perfect is right


@pytest.mark.parametrize(("told", "right"), [("关于“双减”的通知", True), ('关于"双减"的通知', True), ("关于「双减」的通知", True), ("关于双减的通知", False),
                                            ("关于“双减”通知", False)])
def test_quotes(told: str, right: bool) -> None:
    assert score({"header": {"title": "关于“双减”的通知"}}, {"header": {"title": told}})["header"].perfect is right


@pytest.mark.parametrize(("told", "counts"), [(540, (1, 1, 1)), (540.0, (1, 1, 1)), (540.0000001, (1, 1, 1)), (541, (0, 1, 1)), ("540", (0, 1, 1)), (None, (0, 0, 1))])
def test_numbers(told: Any, counts: tuple[int, int, int]) -> None:
    found = score({"allocations": [{"rows": [{"name": "喀什市", "values": [540]}]}]}, {"allocations": [{"rows": [{"name": "喀什市", "values": [told]}]}]})
    assert found["allocations"] == Score(*counts) + Score(1, 1, 1)


def test_what_an_answer_leaves_out_is_not_compared_and_what_it_gives_as_null_is_empty() -> None:
    record = {"header": {"title": "通知", "disclosure": "主动公开"}, "amounts": [{"yuan": 1, "per": None}], "residue": [{"text": "5"}]}
    assert score({"header": {"title": "通知"}}, record) == {"header": Score(1, 1, 1)}
    assert score({"header": {"title": "通知", "disclosure": None}}, record) == {"header": Score(1, 2, 1)}
    assert score({"amounts": []}, record) == score({"amounts": None}, record) == {"amounts": Score(0, 1, 0)}
    assert score({"outline": [{"number": "一", "title": "总则"}]}, {"outline": [{"number": "一", "title": "总则", "level": 1}]})["outline"].perfect
    assert score({"_debatable": 1, "source": {"path": "a"}}, record) == {}


def test_guidance_is_not_compared() -> None:
    answer = {"amounts": [{"yuan": 1600, "per": "人", "text": "1600元/人", "label": "补助"}], "citations": [{"doc_number": "财社〔2024〕1号", "title": None, "count": 3}]}
    record = {"amounts": [{"yuan": 1600, "per": "人", "text": "每人1600元", "label": None}], "citations": [{"doc_number": "财社〔2024〕1号", "title": None, "count": 1}]}
    assert sole(answer, record) == Score(2, 2, 2)


@pytest.mark.parametrize(("told", "right"), [("人", True), (None, True), ("户", False)])
def test_other_right_values(told: str | None, right: bool) -> None:
    assert score({"amounts": [{"yuan": 5, "per": "人", "per_any": [None]}]}, {"amounts": [{"yuan": 5, "per": told}]})["amounts"].perfect is right
    assert score({"header": {"genre": "人", "genre_any": [None]}}, {"header": {"genre": told}})["header"].perfect is right
    columns = {"columns": ["人", "合计"], "columns_any": [[None, "合计"]]}
    assert score({"allocations": [columns]}, {"allocations": [{"columns": [told, "合计"]}]})["allocations"].perfect is right


def test_another_right_name_is_the_same_fact() -> None:
    answer = rows(("喀什市", 5), ("莎车县", 6), ("合计", 11))
    answer["allocations"][0]["rows"][1]["name_any"] = ["莎车"]
    assert sole(answer, rows(("合计", 11), ("莎车", 6), ("喀什市", 5))).perfect
    assert sole(answer, {}) == Score(0, 0, 11)  # what is not there is none of the right values


def test_a_fact_that_is_missing_is_no_null_that_would_be_right() -> None:
    answer = {"transfers": [{"document": "甲财社〔2024〕1号", "value": 760, "value_any": [None]}]}
    assert score(answer, {"transfers": [{"document": "甲财社〔2024〕1号", "value": None}]})["transfers"].perfect
    assert score(answer, {"transfers": []})["transfers"] == Score(0, 0, 2)


def test_facts_that_cost_nothing() -> None:
    heading = {"level": 1, "number": "一", "title": "总则"}
    further = {"level": 1, "number": "二", "title": "附则"}
    answer = {"outline": [heading], "outline_optional": [{**further, "level_any": [2]}], "allocations": [], "allocations_optional": rows(("甲县", 1))["allocations"]}
    assert sole(answer, {"outline": [heading], "allocations": []}).perfect
    assert sole(answer, {"outline": [heading, {**further, "level": 2}], **rows(("甲县", 3))}).perfect
    assert score(answer, {"outline": [heading, further, further]})["outline"] == Score(1, 2, 1), "once"
    assert score(answer, {"outline": [heading, {**further, "number": "三"}]})["outline"] == Score(1, 2, 1), "another"
    spare = {"header": {"title": None}, "attachments_optional": [{"title": "分配表"}]}
    assert sole(spare | {"header": {"attachments": []}}, {"header": {"attachments": [{"number": 1, "title": "分配表"}]}}).perfect


def test_findings_by_code_and_what_they_are_about() -> None:
    def finding(message: str, severity: str = "warning", code: str = "target-missed") -> Data:
        return {"code": code, "severity": severity, "message": message}

    answer = {"findings": [{"code": "target-missed"}, {"code": "target-missed", "about": ["河池市", "河池"]}], "findings_optional": [{"code": "year-stale", "count": 2}]}
    assert sole(answer, {"findings": [finding("河池市未完成"), finding("桂林市未完成")]}).perfect
    assert sole(answer, {"findings": [finding("南宁市未完成"), finding("桂林市未完成")]}) == Score(1, 2, 2)
    stale = [finding("去年", code="year-stale")] * 3
    assert sole(answer, {"findings": [finding("河池"), finding(""), finding("已修正", "info"), *stale]}) == Score(2, 3, 2)


def test_a_row_under_another_name_is_another_row_and_one_under_a_like_name_is_not() -> None:
    answer = rows(("乌鲁木齐市", 5), ("莎车县", 6), ("合计", 11))
    assert sole(answer, rows(("乌鲁木齐", 5), ("莎车县", 6), ("合计", 11))) == Score(10, 11, 11)
    assert sole(answer, rows(("补助资金", 5), ("莎车县", 6), ("合计", 11))) == Score(8, 11, 11)
    assert sole(answer, rows(("合计", 11), ("莎车县", 6), ("乌鲁木齐", 5))) == Score(10, 11, 11), "wherever it stands"


def test_a_long_list_under_other_names_is_another_list() -> None:
    names = [f"{chr(0x4E00 + n)}{chr(0x5E00 + n)}县" for n in range(800)]
    found = sole(rows(*((name, n) for n, name in enumerate(names))), rows(*((f"第{n}行", n) for n in range(800))))
    assert found == Score(2, 2402, 2402)


def test_a_table_that_lost_its_title_is_still_the_table() -> None:
    answer, record = rows(("喀什市", 5), ("莎车县", 6), ("合计", 11)), rows(("喀什市", 5), ("莎车县", 6), ("合计", 12))
    record["allocations"][0]["title"] = None
    assert sole(answer, record) == Score(9, 10, 11)


def test_transfers_of_one_document_are_one_though_all_else_is_lost() -> None:
    answer = {"transfers": [{"program": "补助", "document": "甲财社〔2024〕1号", "basis": None, "value": 760, "unit": "万元", "yuan": 7600000}]}
    assert sole(answer, {"transfers": [{"program": None, "document": "甲财社〔2024〕1号", "basis": None, "value": None, "unit": None, "yuan": None}]}) == Score(1, 1, 4)


def test_funds_that_print_nothing_may_be_left_out_and_a_unit_in_the_name_is_no_name() -> None:
    def table(*funds: Data) -> Data:
        return {"performance_tables": [{"region": "甲县", "funds": [{"source": "other", "budget": None, "unit": "万元", **one} for one in funds]}]}

    total_, city = {"name": "年度资金总额", "source": "total", "budget": 5}, {"name": "其中：市级资金", "source": "city"}
    assert sole(table(total_), table(total_, city)).perfect and sole(table(total_, city), table(total_)).perfect
    assert sole(table(total_), table({**total_, "name": "年度资金总额（万元）"})).perfect
    assert not sole(table(total_), table(total_, {**city, "budget": 0})).perfect, "a printed 0 is a value"
    assert not sole(table(total_, city), table(total_, {**city, "budget": 0})).perfect, "nor is it none where nothing is printed"
    assert not sole(table(total_), table({**total_, "name": "年度资金"})).perfect


# --- golden answers as files -------------------------------------------------------------------------------------------


def test_golden_answers_by_name(tmp_path: Path) -> None:
    (tmp_path / "2023").mkdir()
    for name in ("通知.json", "2023/通知.json", "报告.v2.json"):
        (tmp_path / name).write_text("{}", encoding="utf-8")
    for name, found in (("通知.txt", "通知.json"), ("通知.docx", "通知.json"), ("2024/通知.txt", "通知.json"), ("2023/通知.txt", "2023/通知.json"),
                        ("省/2023/通知.txt", "2023/通知.json"), ("2023/包.zip/通知.txt", "通知.json"), ("报告.v2.pdf", "报告.v2.json"), ("../通知.txt", "通知.json"),
                        ("/通知.txt", "通知.json"), ("报告.pdf", None), ("通知书.txt", None), ("通知", "通知.json"), ("长" * 300, None), ("\0", None)):
        assert golden_of(tmp_path, name) == (found and tmp_path / found), name
    assert golden_of(tmp_path / "none", "通知.txt") is None


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "[" * 100_000, '{"header": []}', '{"amounts": [5]}', '{"amounts": [null]}', '{"amounts": {}}',
                                  '{"header": {"title": ["x"]}}', '{"header": {"title_any": "x"}}', '{"allocations": [{"columns_any": ["金额"]}]}',
                                  '{"findings": [{"code": "a", "about": "市"}]}',
                                  '{"outline_optional": [{"count": "2"}]}', '{"statements": [{"actual": 5}]}'])
def test_what_is_no_golden_answer_is_told(text: str, tmp_path: Path) -> None:
    path = tmp_path / "通知.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match="通知"):
        golden(path)
    path.write_bytes(b"\xff\xfe{")
    with pytest.raises(UsageError):
        golden(path)
    with pytest.raises(UsageError, match="无法读取"):
        golden(tmp_path)


@pytest.mark.parametrize("path", sorted(CORPUS.glob("**/golden/*.json")), ids=lambda p: p.stem)
def test_golden_answers_of_the_corpus_are_well_formed(path: Path) -> None:
    assert golden(path)


PIECES = st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3), lambda inner: st.lists(inner, max_size=2) | st.dictionaries(
    st.sampled_from(["title", "title_any", "count", "about", "rows", "values", "actual", "columns", "columns_any", "name", "name_any"]), inner, max_size=3), max_leaves=6)


@many
@given(chance=st.randoms(use_true_random=False), piece=PIECES)
def test_any_answer_is_scored_or_refused(outputs: list[Output], chance: Random, piece: Any) -> None:
    output = chance.choice(outputs)
    answer = golden_from(output.record)
    holder = chance.choice([answer, *parts(answer)])
    keys = [*holder, "title_any", "rows_optional", "findings_optional"] if isinstance(holder, dict) else list(range(len(holder)))
    if keys:
        holder[chance.choice(keys)] = piece
    if not list(misshapen(answer)):
        assert all(0 <= one.agreed <= min(one.told, one.wanted) for one in score(answer, data(output)).values())


# --- before and after --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def pairs(outputs: list[Output]) -> list[Pair]:
    """Samples that stay, and of every other one an element that is lost or won; at last one without a golden answer."""
    some = []
    for n, output in enumerate(outputs[:30]):
        whole, less = data(output), data(output)
        less["doc_type"] = None
        some.append(Pair(output.path.name, whole, whole) if n % 2 else Pair(output.path.name, whole, less) if n % 4 else Pair(output.path.name, less, whole))
    return [*some, Pair("无答案\x1b.txt", data(outputs[0]), None)]


def shown(scores: Scores, all: bool = False) -> str:
    file = StringIO()
    console = Console(file=file, width=100, highlight=False)
    for part in view(scores, all):
        console.print(part)
    return file.getvalue()


def test_before_and_after(pairs: list[Pair]) -> None:
    scores = compared_scores(pairs, CORPUS / "golden")
    assert scores.documents == 30 and [one.document for one in scores.moved] == [pair.name for pair in pairs[:30:2]]
    assert scores.before["doc_type"] == Score(22, 22, 30) and scores.after["doc_type"] == Score(23, 23, 30)
    assert {name for name, before, after in scores.sections() if before != after} == {"doc_type"}
    told = to_data(scores)
    assert json.loads(json.dumps(told)) == told
    assert told["total"]["after"]["agreed"] - told["total"]["before"]["agreed"] == 1 and len(told["moved"]) == 15
    assert told["sections"]["doc_type"]["before"] == {"agreed": 22, "told": 22, "wanted": 30, "precision": 1.0, "recall": 22 / 30, "f1": 44 / 52}


def test_pairs_are_scored_on_their_way(pairs: list[Pair]) -> None:
    scores = Scores()
    assert list(scores.watched(iter(pairs), CORPUS / "golden")) == pairs
    assert scores == compared_scores(pairs, CORPUS / "golden")


def test_a_document_that_failed_missed_everything(outputs: list[Output]) -> None:
    scores = compared_scores([Pair(outputs[0].path.name, data(outputs[0]), None)], CORPUS / "golden")
    assert total(scores.after.values()) == Score(0, 0, total(scores.before.values()).wanted) and scores.moved[0].gain < -0.9


def test_the_view_tells_what_moved(pairs: list[Pair]) -> None:
    told = shown(compared_scores(pairs, CORPUS / "golden"))
    assert "标准答案 30 份" in told and "变好 8 份，变差 7 份" in told and "22 → 23" in told and "另有" not in told
    lines = [line.split() for line in told.splitlines() if line.endswith("类型")]
    assert {line[0] for line in lines} == {pair.name for pair in pairs[:30:2]}
    assert [line[2] == "1.0000" for line in lines] == [True] * 7 + [False] * 8, "losses first"
    assert "没有变化" in shown(compared_scores(pairs[1:2], CORPUS / "golden"))
    assert "没有一份" in shown(compared_scores(pairs[-1:], CORPUS / "golden"))


def test_many_documents_are_cut_unless_all_are_asked_for(pairs: list[Pair]) -> None:
    scores = Scores()
    for n in range(SHOWN + 5):
        scores.add(f"通知\x1b{n}.txt", {"doc_type": "notice"}, {"doc_type": "notice"}, deepcopy({"doc_type": "other"}))
    assert "另有 5 份" in shown(scores) and shown(scores, all=True).count("F1") == SHOWN + 5 + 2 and "\x1b" not in shown(scores)
