"""发文字号: found in folded text, brought to canonical form, told apart from what is none."""

from collections.abc import Iterator
from dataclasses import dataclass

import regex

from grammars.grammar import Grammar

# Words a sentence may run into an agency code: 和州财政局临州财函〔2023〕17号 has the code 临州财函.
_BODY = r"财政局|财政厅|财政部|委员会|政府|办公室|办公厅|国务院|根据|按照|依据|关于|印发|转发|文件|通知|落实|执行|收到|以及|遵照|部门|通过"
_LEADS = regex.compile(rf"^.*(?:{_BODY}|[请按照由据以见日月的了将于到后及与从])(?=\p{{Han}}{{2,}})")
_AND = regex.compile(r"^[和及与、](?=[京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼川黔滇渝藏陕甘青宁新财国中发])")  # 及 before a number's own province or ministry
_LONG_LEADS = regex.compile(rf"^.*(?:{_BODY}|[厅局部请按照以和与及由在对为将等的从到后见据日月了于])(?=\p{{Han}}{{2,}})")


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
    for m in grammar.rule("doc_number.number").finditer(text):
        agency = m["agency"]
        opened = agency.rfind("(") + 1 if agency.count("(") > agency.count(")") else 0  # 3份(桂财社〔2023〕151号
        agency = agency[opened:]
        lead = (_LONG_LEADS if len(agency) > 8 else _LEADS).match(agency) if len(agency) > 3 else None
        lead = lead or _AND.match(agency)
        start = m.start() + opened + (lead.end() if lead else 0)
        agency = agency[lead.end():] if lead else agency
        year = m["year"] or m["year2"]
        yield DocNumber(canonical(agency, year, m["serial"]), agency, int(year), int(m["serial"]), start, m.end())


def whole(text: str, grammar: Grammar) -> str | None:
    """The canonical form of a folded text that is one document number, a label before it or not; None where it is none."""
    text = grammar.rule("doc_number.label").pattern.sub("", text).strip()
    found = grammar.rule("doc_number.number").pattern.fullmatch(text)
    if found:
        return canonical(found["agency"], found["year"] or found["year2"], found["serial"])
    return None
