"""The answer as data for programs; places count from 0, as in evidence."""

from collections.abc import Iterable
from typing import Any

from extractors.record import Evidence
from pipeline.why.fields import Value
from pipeline.why.places import Spot
from pipeline.why.rules import Match, Miss, Told
from pipeline.why.tables import Taken, Word
from pipeline.why.why import Why
from pipeline.why.words import Group, Unknown

_SOME = 20  # matches of a rule, where not all are asked for


def plain(found: Why, all: bool = False) -> dict[str, Any]:
    """All of it, of the matches of a rule the first where not `all`. `elsewhere`, `nearest` … are empty lists where there is nothing to tell."""
    return {
        "document": found.name, "field": found.field.name, "grammar": {"folder": str(found.grammar.folder), "fingerprint": found.grammar.fingerprint},
        "notes": list(found.notes), "at": found.block._asdict() if found.block else None, "values": [_value(v) for v in found.values],
        "result": None if found.stands is None else [_value(v) for v in found.stands], "steps": {"all": list(found.steps), "own": list(found.field.steps)},
        "rules": [_rule(t, found, None if all else _SOME) for t in found.rules], "untried": list(found.untried), "words": [_group(g) for g in found.groups],
        "beside": list(found.beside), "tables": [_table(t) for t in found.tables]}


def _value(value: Value) -> dict[str, Any]:
    return {"value": value.value, "evidence": _place(value.evidence)}


def _place(evidence: Evidence | None) -> dict[str, Any] | None:
    return evidence.model_dump(mode="json", exclude_none=True) if evidence else None


def _spots(spots: Iterable[Spot]) -> list[dict[str, Any]]:
    return [spot.evidence.model_dump(mode="json", exclude_none=True) for spot in spots]


def _rule(told: Told, found: Why, most: int | None) -> dict[str, Any]:
    rule = told.rule
    return {"rule": rule.name, "file": rule.file, "line": rule.line, "about": found.written.about(rule), "steps": list(told.steps), "texts": told.texts, "matched": told.hit,
            "needs": list(rule.needs), "kept_out": told.kept_out, "matches": [_match(m, found) for m in told.matched[:most]], "nearest": [_miss(m, found) for m in told.near],
            "without_needs": [_match(m, found) for m in told.needed], "elsewhere": [_match(m, found) for m in told.elsewhere]}


def _match(match: Match, found: Why) -> dict[str, Any]:
    return {**_text(match.text, found), "start": match.hit.start, "end": match.hit.end, "groups": dict(match.hit.groups)}


def _miss(miss: Miss, found: Why) -> dict[str, Any]:
    near, text = miss.near, miss.text
    return {**_text(text, found), "kind": near.kind, "share": round(near.share, 2), "start": near.start, "matched": text[near.start:near.end],
            "expected": found.written.pattern(near.expected), "found": text[near.end:near.again], "matched_again": text[near.again:near.upto]}


def _text(text: str, found: Why) -> dict[str, Any]:
    return {"places": _spots(found.places.spots(text)), "text": text}


def _group(group: Group) -> dict[str, Any]:
    return {"group": group.name, "file": group.file, "steps": list(group.steps), "texts": group.looked_up, "known": [k._asdict() for k in group.known],
            "unknown": [_unknown(u) for u in group.unknown]}


def _unknown(unknown: Unknown) -> dict[str, Any]:
    return {"word": unknown.word, "places": _spots(unknown.spots), "like": {**unknown.like._asdict(), "share": round(unknown.like.share, 2)}}


def _table(table: Taken) -> dict[str, Any]:
    return {"table": table.id, "rows": table.size[0], "columns": table.size[1], "title": table.title, "role": table.role, "known": [_word(w) for w in table.known],
            "unknown": [_unknown(u) for u in table.unknown], "strange": list(table.strange), "performance": table.form._asdict(), "allocation": table.allocation._asdict()}


def _word(word: Word) -> dict[str, Any]:
    return {"word": word.word, "group": word.group, "role": word.role, "places": _spots([word.spot])}
