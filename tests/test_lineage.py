"""The rule that an evidence names is the one that reads its value: it is in the grammar, and has something to say at that place."""

from collections.abc import Iterator

import pytest

from extractors.folding import fold
from extractors.reading import Reading
from extractors.record import Evidence, Record
from grammars.grammar import Grammar
from tests.conftest import Output
from tests.test_evidence import objects

# Facts that no rule reads: what is left over, and what other facts are held against.
_WITHOUT = {"Residue", "Finding", "AppliedCorrection", "Link"}


def lineages(record: Record) -> Iterator[tuple[str, str, Evidence]]:
    """Address, kind and evidence of every fact and element of the header."""
    for path, item in objects(record):
        where = getattr(item, "evidence", None)
        if isinstance(where, Evidence) and type(item).__name__ not in _WITHOUT:
            yield path, type(item).__name__, where
    for key, where in record.header.evidence.items():
        yield f"header.{key}", "Header", where


def known(grammar: Grammar) -> set[str]:
    groups = {f"layouts/{layout.name}.{group}" for layout in grammar.layouts.values() for group in layout.groups}
    return set(grammar.rules) | groups


def answers(rule: str, where: Evidence, reading: Reading, grammar: Grammar) -> bool:
    """Whether a rule matches in the text of the place's block, touching the place, or in the text of the place alone."""
    text = reading.block(where.block).text if where.block else reading.cell(where.table or "", where.row or 0, where.column or 0).text
    folded = fold(text)
    start, end = where.span or (0, len(text))
    for found in grammar.rule(rule).pattern.finditer(folded.text):
        a, b = folded.span(*found.span())
        if a < end and b > start:
            return True
    return grammar.rule(rule).pattern.search(fold(text[start:end]).text) is not None


def test_every_fact_names_a_rule_of_the_grammar(outputs: list[Output], grammar: Grammar) -> None:
    names = known(grammar)
    wrong = [f"{o.name} {path}: {where.rule}" for o in outputs for path, _, where in lineages(o.record) if where.rule not in names]
    assert not wrong


# Rules that are asked of a part of what is printed there: of a clause less its place and verb, of a title put together, of an item of a list.
_OF_A_PART = ("statements.", "structure.genre_end", "structure.caption", "header.contact_parts", "structure.metadata", "transfers.moves", "account_codes.next_item")


@pytest.mark.parametrize("section", ["amounts", "account_codes", "citations", "outline", "transfers", "quantities"])
def test_the_rule_has_an_answer_at_the_place(section: str, outputs: list[Output], grammar: Grammar) -> None:
    told = [(o, fact.evidence) for o in outputs for fact in getattr(o.record, section)]
    assert told
    asked = [(o, where) for o, where in told if where.rule and not where.rule.startswith(_OF_A_PART)]
    assert len(asked) > 0.8 * len(told)
    assert not [f"{o.name} {where}" for o, where in asked if not answers(where.rule or "", where, o.reading, grammar)]


def test_another_rule_would_not_do(outputs: list[Output], grammar: Grammar) -> None:
    """The test above can fail: an amount's place does not answer to the rule of document numbers."""
    places = [(o, a.evidence) for o in outputs for a in o.record.amounts]
    assert sum(answers("doc_number.number", where, o.reading, grammar) for o, where in places) < 0.1 * len(places)
