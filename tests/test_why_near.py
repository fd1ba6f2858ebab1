import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from extractors.folding import folded
from grammars.grammar import Grammar, load
from grammars.rules import Rule
from pipeline.why.near import Manner, matches, nearest
from pipeline.why.parts import divided, greedy, least, letters, source, words

NUMBER = load().rule("doc_number.number").source


def rules(grammar: Grammar) -> list[Rule]:
    """Every rule there is, those of layouts and cues too."""
    of_layouts = [rule for layout in grammar.layouts.values() for group in layout.groups.values() for rule in group.values()]
    return [*grammar.rules.values(), *of_layouts, *(rule for cues in grammar.all_categories.cues.values() for _, rule in cues)]


def manner(rule: Rule) -> Manner:
    return "whole" if rule.whole or rule.file.startswith("layouts/") else "search"


# --- parts


def test_every_pattern_is_the_sum_of_its_parts(grammar: Grammar) -> None:
    for rule in rules(grammar):
        assert "|".join(map(source, divided(rule.source))) == rule.source
        longest = max((len(p.body) for branch in divided(rule.source) for p in branch if not p.opening), default=0)
        assert longest < 120 or rule.source.startswith(("[", "\\")), rule.name  # read, and not taken as one piece


def test_what_takes_as_much_as_it_can_matches_where_the_pattern_does(grammar: Grammar) -> None:
    for rule in rules(grammar):
        for text in (*(e.text for e in rule.examples), *rule.near_misses):
            pattern = "|".join(map(greedy, divided(rule.source)))
            assert bool(matches(pattern, manner(rule), folded(text))) == bool(matches(rule.source, manner(rule), folded(text))), (rule.name, text)


def test_no_match_is_shorter_than_the_least(grammar: Grammar) -> None:
    for rule in rules(grammar):
        for example in rule.examples:
            found = matches(rule.source, manner(rule), folded(example.text))
            assert not found or len(found[0]) >= min(map(least, divided(rule.source)))


@pytest.mark.parametrize(("pattern", "parts"), [
    ("单位为?(?P<unit>元|万元)", ["单位", "为?", "(?P<unit>元|万元)"]), (r"\d{1,3}[.、]?(?!年)$", [r"\d{1,3}", "[.、]?", "(?!年)", "$"]),
    (r"(?:a(?:b|c){2,3}?d)*+", [r"(?:a(?:b|c){2,3}?d)*+"]), (r"[]()|]\(\|x", ["[]()|]", r"\(", r"\|", "x"]), ("(?<=每)人", ["(?<=每)", "人"])])
def test_parts(pattern: str, parts: list[str]) -> None:
    (branch,) = divided(pattern)
    assert [p.source for p in branch] == parts


def test_words_and_letters_of_a_pattern() -> None:
    assert words(r"序号|编号|No\.?|第\d号|(?:县|区)名") == ("序号", "编号")
    assert letters("(?:下达|拨付)[你我]?资金(?!管理)") == frozenset("下达拨付资金")


# --- nearest


@pytest.mark.parametrize(("pattern", "how", "text", "kind", "matched", "found"), [
    (NUMBER, "whole", "渝财社〔2024年〕29号", "extra", "渝财社〔2024", "年〕"),
    (NUMBER, "whole", "渝财社(2024)第字29号", "extra", "渝财社(2024)第", "字"),
    (NUMBER, "whole", "渝财社字第29号", "instead", "渝财社字第", ""),
    (NUMBER, "whole", "财社〔二〇二四〕29号", "instead", "财社〔", "二〇二四"),
    (NUMBER, "whole", "财社〔2024〕29", "instead", "财社〔2024〕29", ""),
    (NUMBER, "whole", "财社〔2024〕29号文", "goes on", "财社〔2024〕29号", ""),
    (NUMBER, "search", "请各地(2023年)落实", "ends", "请各地(2023", ""),
    ("(?:收到|下达)资金", "search", "已于上月拨付资金", "instead", "", "已于上月拨付"),
    ("共计(?P<sum>\\d+)万元(?!左右)", "search", "共计35万元左右", "barred", "共计35万元", ""),
    ("^第[一三]批", "match", "第二批", "instead", "第", "二"),
    ("序号|单位名称", "whole", "单位名", "ends", "", "")])
def test_nearest(pattern: str, how: Manner, text: str, kind: str, matched: str, found: str) -> None:
    near = nearest(pattern, how, text)
    if matched or found:
        assert near and (near.kind, text[near.start:near.end], text[near.end:near.again]) == (kind, matched, found)
    else:
        assert near is None


def test_what_was_to_come_is_the_part_that_does_not_match() -> None:
    near = nearest(NUMBER, "whole", "渝财社〔2024年〕29号")
    assert near and near.expected == r"(?P<serial>\d{1,5})"
    within = nearest("(?P<a>甲乙(?P<b>丙|\\d{2}丁))戊", "search", "甲乙12戊")
    assert within and within.expected == "丁"


def test_more_of_a_pattern_is_nearer() -> None:
    texts = ["财社", "财社〔2024", "财社〔2024〕29", "财社〔2024〕29号文"]
    shares = [near.share for text in texts if (near := nearest(NUMBER, "whole", text))]
    assert shares == sorted(shares) and len(shares) == len(texts)


def test_what_matches_is_no_miss(grammar: Grammar) -> None:
    for rule in rules(grammar):
        assert not any(nearest(rule.source, manner(rule), folded(e.text)) for e in rule.examples if matches(rule.source, manner(rule), folded(e.text)))


def test_what_is_too_much_is_all_that_keeps_a_text_from_matching(grammar: Grammar) -> None:
    """Whatever one character more in the middle of an example does, what is told of it is true."""
    told = 0
    for rule in rules(grammar):
        for example in rule.examples:
            whole = folded(example.text)
            text = whole[:len(whole) // 2] + "※" + whole[len(whole) // 2:]
            near = nearest(rule.source, manner(rule), text)
            if near and near.kind == "extra":
                told += 1
                assert matches(rule.source, manner(rule), text[:near.end] + text[near.again:]), (rule.name, text)
    assert told > 50


@given(st.text("财社〔〕(20249第号 年", max_size=24), st.sampled_from(["search", "match", "whole"]))
def test_a_miss_is_a_place_in_its_text(text: str, how: Manner) -> None:
    near = nearest(NUMBER, how, text)
    assert near is None or 0 <= near.start <= near.end <= near.again <= near.upto <= len(text) and 0 < near.share < 1
    assert near is None or not matches(NUMBER, how, text)


@given(st.text("ab|()[]*+?{1,2}^$\\.", max_size=12), st.text("ab1", max_size=6))
def test_any_pattern_that_compiles_is_looked_at(pattern: str, text: str) -> None:
    try:
        regex.compile(pattern)
    except regex.error:
        return
    assert "|".join(map(source, divided(pattern))) == pattern
    nearest(pattern, "search", text)


def test_of_a_long_text_the_beginning_is_looked_at() -> None:
    assert nearest("甲乙", "search", "甲" * 100_000) is None
    near = nearest("甲\\d乙", "search", "甲1" + "丙" * 100_000)
    assert near and near.end == 2
