"""What is left of a pattern on given letters matches as the whole pattern does; a change is called harmless only where it is."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise, product
from random import Random

import pytest
import regex
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from extractors.folding import folded
from grammars import grams
from grammars.grammar import load
from grammars.grams import PAIRED
from grammars.rules import Rule
from grammars.shapes import can_match, named, pruned, same_on
from tests.conftest import CORPUS

LETTERS = "abc1元,\n"
ATOMS = [
    *"abc1元", r"\,", r"\n", ".", r"\d", r"\D", r"\p{Han}", r"\P{Han}", "[ab]", "[a-c,-]", r"[\dc]", "[一-龥a]", "[-b]", "[^c]", "[^a1]", r"[^\d]", r"[^\p{Han}b]", "(?P=n)", r"\1",
    "^", "$", r"\b", r"\Z", "a?", "b*?", "[bc]++",
]
TIMES = ["?", "*", "+", "{2}", "{,2}", "{0,1}", "{1}", "{1,}", "{0}"]
GROUPS = ["(?:", "(", "(?P<n>", "(?P<m>", "(?>"]
LOOKS = ["(?=", "(?!", "(?<=", "(?<!"]
NOT_READ = [
    "(?i)", "(?x) b", "(?i:b)", "(?(1)b|c)", "(?R)?", "(?#x)", "(?|b|c)", "(?:b){e<=1}", "{2}{2}", "{", "}", "]", "[[:alpha:]]", "[a--b]", "[a&&b]", "[a||b]", "[]b]", "[^]b[c]",
    r"\X", r"\x61", r"\K", r"\N", r"\h", r"\0", r"\g<1>", r"\1", r"(b)\123", "(?P=n)", ")", "(", "|*", "[",
]
MANY = settings(max_examples=200, suppress_health_check=list(HealthCheck))


def larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    branches = st.lists(inner, min_size=1, max_size=3).map("|".join)
    return st.one_of(
        st.lists(inner, max_size=4).map("".join),
        st.builds("{}{})".format, st.sampled_from([*GROUPS, *LOOKS]), branches),
        st.builds("{}{}){}{}".format, st.sampled_from(GROUPS), branches, st.sampled_from(TIMES), st.sampled_from(["", "?", "+"])),
    )


PATTERNS = st.recursive(st.sampled_from(ATOMS), larger, max_leaves=10)
ALPHABETS = st.frozensets(st.sampled_from(LETTERS))


def texts(letters: frozenset[str]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.text(st.sampled_from(sorted(letters)), max_size=8) if letters else st.just(""), min_size=4, max_size=4)


def names(pattern: "regex.Pattern[str]") -> list[str]:
    """The groups by number as `pruned` names them."""
    given_names = {number: name for name, number in pattern.groupindex.items()}
    return [given_names.get(n, f"_{n}") for n in range(1, pattern.groups + 1)]


Matches = list[tuple[tuple[int, int], list[list[tuple[int, int]]]]]


def matches(pattern: "regex.Pattern[str] | None", text: str, groups: list[str]) -> Matches:
    """Every match: its span, and every span of each of `groups`, of which the pattern may name fewer."""
    told = dict(zip(names(pattern), range(1, 100), strict=False)) if pattern else {}
    found = pattern.finditer(text, timeout=10) if pattern else ()
    return [(m.span(), [m.spans(told[g]) if g in told else [] for g in groups]) for m in found]


@lru_cache(maxsize=1024)
def compiled(source: str) -> "regex.Pattern[str] | None":
    try:
        return regex.compile(source)
    except regex.error:
        return None


def left(source: str, letters: frozenset[str]) -> "regex.Pattern[str] | None":
    text = pruned(source, letters)
    return None if text is None else regex.compile(text)


@lru_cache(maxsize=1)
def real_rules() -> list[Rule]:
    grammar = load()
    words = [rule for layout in grammar.layouts.values() for group in layout.groups.values() for rule in group.values()]
    return [*grammar.rules.values(), *words, *(rule for cues in grammar.categories.cues.values() for _, rule in cues)]


@pytest.mark.parametrize(("source", "letters", "expected"), [
    ("a|b", "a", "a"),
    ("(?:a|b)c", "bc", "bc"),
    ("a(?:b|)d?", "ab", "a(?:b|)"),
    ("a(?:x|y)?+b", "ab", "ab"),
    ("a(?:x|y)+?b", "ab", None),
    ("(?P<n>x?)a", "a", "(?P<n>)a"),
    ("(x)?(a)\\2", "a", "(?P<_2>a)(?P=_2)"),
    ("(?:(?P<n>x)|a)(?P=n)", "a", None),
    ("(?:(?P<n>x)|a)(?P=n)?", "a", "a"),
    ("(?!x)a(?=y?)", "a", "a"),
    ("(?!x?)a", "a", None),
    ("(?<=x)a", "a", None),
    ("(?<!x)a", "a", "a"),
    ("[^xa]", "ab", "(?![a])(?s:.)"),
    ("[a-dxz-]", "bd-", r"[\-bd]"),
    (r"[\dx年5]", "年", r"[\d年]"),
    ("a{3}", "b", None),
    ("x{0}", "b", ""),
    ("x{0}", "x", ""),
    ("(?:a|ab){1}?", "ab", "(?:a|ab)"),
    ("(?:a|ab){1}+", "ab", "(?:(?:a|ab)){1,1}+"),
    ("", "", ""),
    ("^$", "", "^$"),
    ("a|a|b", "ab", "(?:a|b)"),
])
def test_what_is_left(source: str, letters: str, expected: str | None) -> None:
    assert pruned(source, frozenset(letters)) == expected
    assert can_match(source, frozenset(letters)) == (expected is not None)


@pytest.mark.parametrize(("old", "new", "letters"), [
    ("a|b", "a|b|x", "ab"),
    ("(?:a|b)", "(?:a|b|x)", "ab"),
    ("(?:a|b)", "(?:a|x|b)", "b"),
    ("ab", "a(?:x)?b", "ab"),
    ("ab", "a(?!x)b", "ab"),
    ("a[bc]", "a[bcx]", "ab"),
    ("a[^bc]", "a[^bcx]", "ab"),
    ("a(?:省|市)", "a(?:省|市|县)", "a市"),
    ("x(?:a|b)", "x(?:a|b|c)", "abc"),
    ("a补贴", "a补贴款?|a补贴", "a补贴"),
    ("(?:x|a)+b", "a+b", "ab"),
    (r"[\d]年", r"[\d5]年", "5年"),
    ("(?P<n>a)|(?P<n>x)", "(?P<n>a)", "a"),
    ("(?i)a", "(?i)a", "a"),
])
def test_a_change_that_makes_no_difference(old: str, new: str, letters: str) -> None:
    assert same_on(old, new, frozenset(letters))
    assert same_on(new, old, frozenset(letters))


@pytest.mark.parametrize(("old", "new", "letters"), [
    ("a|b", "a|b|x", "abx"),
    ("a|ab", "ab|a", "ab"),
    ("a", "a|", "a"),
    ("ab", "a(?:x|)c?b?", "ab"),
    ("a", "a(?P<n>x)?", "a"),
    ("(?P<n>a)", "(?P<m>a)", "a"),
    ("(a)", "(x)?(a)", "a"),
    ("(?P<n>a)(?P<m>b)", "(?:(?P<m>x)|)(?P<n>a)(?P<m>b)", "ab"),
    ("(?P<n>a?)", "(?P<n>a?)?+", "a"),
    ("a(?!x)", "a(?!x?)", "a"),
    ("a(?=x)", "a(?!x)", "a"),
    ("a+", "a+?", "a"),
    ("a+", "a++", "a"),
    ("(?>a|ab)", "(?:a|ab)", "ab"),
    ("(?P<n>a)|x(?P=n)", "(?P<n>a)|b(?P=n)", "ab"),
    ("[^b]|[^ac]", "[^b]|[^a]", "ab"),
    *((f"a{odd}", f"(?:a|x){odd}", "a") for odd in NOT_READ),
])
def test_a_change_that_may_make_a_difference(old: str, new: str, letters: str) -> None:
    assert not same_on(old, new, frozenset(letters))
    assert not same_on(new, old, frozenset(letters))


def test_what_is_not_read_is_told_as_it_stands() -> None:
    assert pruned("(?i)x", frozenset("a")) == "(?i)x"
    assert can_match("(?i)x", frozenset("a"))
    assert named("(?i)x") == frozenset()


def test_the_characters_a_pattern_speaks_of() -> None:
    assert named(r"a(?:[b-d\p{Han}市]|\.)?(?P<k>[^e]).\d(?P=k)[①-③一-龥中]") == frozenset(("", *"abcd.e①②③"))
    assert named("接[获到]人(?:x|y)z") == frozenset(("", *"接获到人xyz", "接获", "接到", "获人", "到人"))


def paired(told: list[str]) -> frozenset[str]:
    """The characters of texts, and the pairs in which they stand."""
    return frozenset((PAIRED, *"".join(told), *("".join(two) for text in told for two in pairwise(text))))


@pytest.mark.parametrize(("source", "text", "expected"), [
    ("收到|接获", "收益到手,接待,获得", None), ("收到|接获", "收益到手,接获", "接获"), ("收(?:到)", "收益到手", "收到"),
    ("收.到", "到收", "收.到"), ("收[到悉]", "收悉,到", "收[到悉]"), ("(?!接获)收", "收接待获", "收"), ("收+到", "到收", "(?:收){1,}到"),
])
def test_neighbours_in_a_pattern_are_neighbours_in_a_text(source: str, text: str, expected: str | None) -> None:
    assert pruned(source, paired(text.split(","))) == expected


@MANY
@given(PATTERNS, st.lists(st.text("ab甲乙", max_size=8), max_size=4))
def test_what_is_left_by_pairs_matches_as_the_pattern_does(source: str, told: list[str]) -> None:
    whole = compiled(source)
    assume(whole is not None)
    assert whole is not None
    for letters in (paired(told), grams.of(told) & named(source)):
        for text in told:
            assert matches(left(source, letters), text, names(whole)) == matches(whole, text, names(whole)), text


@pytest.mark.parametrize("char", [*map(chr, range(33, 127)), *" \n\t，\u3000\u200b", "\U0001f600"])
def test_every_character_is_told_as_itself(char: str) -> None:
    escaped = char if char.isalnum() else "\\" + char
    for source in (escaped, f"[{escaped}y]", f"(?:{escaped}|y)"):
        text = pruned(source, frozenset({char, "y"}))
        assert text is not None and regex.fullmatch(text, char)


@MANY
@given(PATTERNS, ALPHABETS, st.data())
def test_what_is_left_matches_as_the_pattern_does(source: str, letters: frozenset[str], data: st.DataObject) -> None:
    whole = compiled(source)
    assume(whole is not None and pruned(source, letters) != source)
    assert whole is not None
    for text in data.draw(texts(letters)):
        assert matches(left(source, letters), text, names(whole)) == matches(whole, text, names(whole)), text


@MANY
@given(st.tuples(PATTERNS, PATTERNS, PATTERNS, PATTERNS), PATTERNS, ALPHABETS, st.data())
def test_two_that_are_the_same_match_alike(pieces: tuple[str, ...], other: str, letters: frozenset[str], data: st.DataObject) -> None:
    before, one, two, behind = pieces
    changed = data.draw(st.sampled_from([f"(?:{one}|{two}|{other})", f"(?:{one}|{other})", f"(?:{one}|{two})(?:{other})?", one]))
    old, new = f"{before}(?:{one}|{two}){behind}", f"{before}{changed}{behind}"
    first, second = compiled(old), compiled(new)
    assume(first is not None and second is not None and same_on(old, new, letters))
    assert first is not None and second is not None
    assert pruned(old, letters) == pruned(new, letters)  # what is decided from the parts that differ holds for the whole
    assert first.groupindex == second.groupindex
    for text in data.draw(texts(letters)):
        assert matches(first, text, names(first)) == matches(second, text, names(second)), text


def test_every_rule_is_read_and_matches_its_examples_as_before() -> None:
    for rule in real_rules():
        said = [folded(e.text) for e in rule.examples] + [folded(n) for n in rule.near_misses]
        whole, everything = rule.pattern, left(rule.source, named(rule.source))
        assert not same_on(rule.source, rule.source + "|饕", frozenset("饕"))
        assert same_on(rule.source, rule.source + "|饕", frozenset()), f"{rule.name} is not read"
        for text in said:
            expected = matches(whole, text, names(whole))
            assert matches(everything, text, names(whole)) == expected, rule.name
            assert matches(left(rule.source, frozenset(text)), text, names(whole)) == expected, rule.name


_PIECE = regex.compile(r"\\p\{\w+\}|\\.|(?P<class>\[(?:\\.|[^\]\\])*\])|(?P<bar>\|)|(?P<close>\))|(?P<han>\p{Han})|(?P<other>.)")


def edits(source: str, word: str) -> Iterator[tuple[str, str]]:
    """(kind, the pattern edited) for every place of a kind: what someone does who corrects a rule."""
    yield "branch", f"{source}|{word}"
    for piece in _PIECE.finditer(source):
        begin, end = piece.span()
        match piece.lastgroup:
            case "bar":
                yield "branch", f"{source[:begin]}|{word}{source[begin:]}"
                yield "drop", source[:begin] + regex.sub(r"^[^|()\[\]\\]*+(?=[|)]|$)", "", source[end:])
            case "close":
                yield "branch", f"{source[:begin]}|{word}{source[begin:]}"
            case "class" if "-" not in piece[0][:3]:
                inside = begin + 1 + piece[0].startswith("[^")
                yield "wider", f"{source[:inside]}{word[0]}{source[inside:]}"
            case "han":
                yield "changed", f"{source[:begin]}{word[0]}{source[end:]}"
                yield "optional", f"{source[:begin]}(?:{word})?{source[begin:]}"


@dataclass(frozen=True)
class Sample:
    """A sample document: its folded lines and their characters."""

    lines: tuple[str, ...]
    letters: frozenset[str]


def sample(name: str) -> Sample:
    lines = tuple(folded(line) for line in (CORPUS / "documents" / name).read_text(encoding="utf-8").splitlines())
    return Sample(lines, frozenset("".join(lines)))


def edited(rule: Rule, word: str, kind: str, random: Random) -> "regex.Pattern[str] | None":
    """`rule` with one random edit of a kind; None where it has no place for one, or what comes out is no pattern."""
    places = [text for k, text in edits(rule.source, word) if k == kind]
    return compiled(random.choice(places)) if places else None


def test_an_edit_of_a_rule_that_is_called_harmless_is_so() -> None:
    random, said = Random(4), Counter[tuple[str, bool, bool]]()
    samples = [sample(f"{n}-2024.txt") for n in ("notice-dingxi-canlian-targets", "notice-guangxi-yinfa-banfa")]
    for rule, kind, absent in product(random.sample(real_rules(), 60), ("branch", "drop", "wider", "changed", "optional"), (False, True)):
        document = random.choice(samples)
        word = "饕" * absent + random.choice([w for line in document.lines for w in regex.findall(r"\p{Han}{2}", line)])
        new = edited(rule, word, kind, random)
        if new is None:
            continue
        same = same_on(rule.source, new.pattern, document.letters)
        said[kind, absent, same] += 1
        for line in document.lines if same else ():
            assert matches(new, line, names(new)) == matches(rule.pattern, line, names(rule.pattern)), (rule.name, new.pattern)
    for kind in ("branch", "wider", "optional"):  # what needs a character that is absent is always seen to change nothing
        assert said[kind, True, True] > 20 and said[kind, True, False] == 0, said
    assert all(said[kind, False, False] > 10 for kind in ("branch", "drop", "changed", "optional")), said
