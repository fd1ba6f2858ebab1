"""发文字号: found in folded text, brought to canonical form, told apart from what is none."""

from collections.abc import Iterator
from dataclasses import dataclass

from grammars.grammar import Grammar

RULE = "doc_number.number"
_LONG = 8  # an agency code this long has words of its sentence in it


@dataclass(frozen=True, slots=True)
class DocNumber:
    """A document number in text: canonical form, its parts, its span in the folded text."""

    text: str
    agency: str
    year: int
    serial: int
    start: int
    end: int


def canonical(agency: str, year: str, serial: str) -> str:
    """`〔〕` whatever was printed; the serial as printed."""
    return f"{agency}〔{year}〕{serial}号"


def find(text: str, grammar: Grammar) -> Iterator[DocNumber]:
    """Every document number of a folded text, in order."""
    for m in grammar.rule(RULE).finditer(text):
        agency = m["agency"]
        opened = agency.rfind("(") + 1 if agency.count("(") > agency.count(")") else 0  # 3份(桂财社〔2023〕151号
        agency = agency[opened:]
        lead = grammar.rule("doc_number.long_lead" if len(agency) > _LONG else "doc_number.lead").search(agency) if len(agency) > 3 else None
        lead = lead or grammar.rule("doc_number.and").search(agency)
        start = m.start() + opened + (lead.end() if lead else 0)
        agency = agency[lead.end():] if lead else agency
        year = m["year"] or m["year2"]
        yield DocNumber(canonical(agency, year, m["serial"]), agency, int(year), int(m["serial"]), start, m.end())


def whole(text: str, grammar: Grammar) -> str | None:
    """The canonical form of a folded text that is one document number, a label before it or not; None where it is none."""
    text = grammar.rule("doc_number.label").less(text).strip()
    found = grammar.rule(RULE).fullmatch(text)
    if found:
        return canonical(found["agency"], found["year"] or found["year2"], found["serial"])
    return None
