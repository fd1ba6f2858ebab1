from typing import Any

import pytest

from grammars.rules import Rule, build, expand
from grammars.yaml_strict import LINE, GrammarError

FRAGMENTS = {"number": r"\d+|\d+\.\d+", "unit": "万元|元"}


def made(**record: Any) -> Rule:
    return build("amounts.yaml", "money", {LINE: 7, **record}, FRAGMENTS)


def test_a_fragment_is_put_in_as_a_group_of_its_own() -> None:
    rule = made(pattern="(?P<number>{number})(?P<unit>{unit})")
    found = rule.search("共5000万元")
    assert found and found.groupdict() == {"number": "5000", "unit": "万元"}
    assert rule.name == "amounts.money" and rule.line == 7


def test_a_counted_repeat_is_no_fragment() -> None:
    assert expand(r"\d{2,3}{unit}", FRAGMENTS, ("f", "r")) == r"\d{2,3}(?:万元|元)"


def test_a_whole_rule_matches_only_the_whole_text() -> None:
    whole, part = made(pattern="{unit}", whole="true"), made(pattern="{unit}")
    assert whole.search("万元") and not whole.search("5万元") and part.search("5万元")
    assert [m[0] for m in whole.finditer("万元")] == ["万元"] and not list(whole.finditer("元元"))
    assert [m[0] for m in part.finditer("1元2万元")] == ["元", "万元"]


def test_a_rule_is_tried_only_where_a_needed_literal_stands() -> None:
    rule = made(pattern="[元号]", needs=["元"])
    assert rule.search("5元") and not rule.search("5号") and not list(rule.finditer("5号"))


def test_examples_and_what_they_give() -> None:
    rule = made(pattern="x", examples=["x", {LINE: 9, "text": "xx", "gives": {LINE: 9, "a": "1", "b": None}}], near_misses=["y"],
                gives={LINE: 3, "level": "1"})
    assert [(e.text, dict(e.gives)) for e in rule.examples] == [("x", {}), ("xx", {"a": "1", "b": None})]
    assert rule.near_misses == ("y",) and dict(rule.gives) == {"level": "1"}


@pytest.mark.parametrize(("record", "reason"), [
    ({"pattern": "{nubmer}元"}, "unknown fragment {nubmer}"),
    ({"pattern": "(元"}, "pattern does not compile"),
    ({"pattern": "元", "exmaples": ["元"]}, "unknown key 'exmaples'"),
    ({"examples": ["元"]}, "a rule is a mapping with a pattern"),
    ({"pattern": "元", "near_misses": "元"}, "lists of texts"),
    ({"pattern": "元", "needs": [["元"]]}, "lists of texts"),
    ({"pattern": "元", "examples": [{"gives": {}}]}, "an example is a text"),
])
def test_a_wrong_rule_names_file_rule_line_and_reason(record: dict[str, Any], reason: str) -> None:
    with pytest.raises(GrammarError) as told:
        made(**record)
    assert told.value.file == "amounts.yaml" and "money" in told.value.where and "line 7" in told.value.where
    assert reason in told.value.reason


def test_a_rule_that_is_no_mapping() -> None:
    with pytest.raises(GrammarError, match=r"amounts\.yaml: money .*: a rule is a mapping"):
        build("amounts.yaml", "money", "元", FRAGMENTS)
