"""What can be asked about: the fields of a record, the steps that make each, the rules that it rests on, and what it is now."""

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any, NamedTuple, get_args

from pydantic import BaseModel

from extractors.record import Evidence, Header, Record
from extractors.steps import Steps
from pipeline.errors import UsageError

TABLES = "tables"  # not a field: how every table of the document was taken
_ANY = ("*",)
_STEPS: Mapping[str, tuple[str, ...]] = {
    "doc_type": ("doc_type",), "header": ("document", "head", "header"), "outline": ("outline",), "citations": ("citations",), "amounts": ("amounts",),
    "account_codes": ("account_codes",), "transfers": ("transfers",), "allocations": ("shares",), "performance_tables": ("tables",),
    "statements": ("statements",), "quantities": ("accounting",), "residue": ("accounting",), "findings": ("findings",), TABLES: ("tables", "shares")}
_LAYOUT, _FORM = "layouts/allocation", "layouts/performance"
_PAGE = ("structure.metadata", "structure.metadata_label")  # what a web page says of the document
_INDICATOR = (f"{_FORM}.columns", "performance.label_and_name", "performance.numbered", "quantities.*", "performance.unit_label")
_FIGURES = ("performance.weight_and_value", "performance.two_values", "performance.share_mark")
# Of a field that rests on a part of what its steps ask: the names of the rules and groups of words, as patterns of file names. A field without an entry has
# that of the field above it, a section without one everything.
_RULES: Mapping[str, tuple[str, ...]] = {
    "header.doc_number": ("doc_number.*", "header.signed_by", *_PAGE),
    "header.doc_number_parts": ("doc_number.*", "header.signed_by", *_PAGE),
    "header.title": ("structure.genre_end", "structure.recipients", "structure.item_start", "structure.organization", "structure.date_line", "structure.transmits",
                     "structure.caption", "header.letterhead_word", *_PAGE),
    "header.genre": ("structure.genre_end", "header.genre_of"),
    "header.issuers": ("structure.organization", "structure.date_line", "structure.signed_date", "header.letterhead_word", *_PAGE),
    "header.recipients_text": ("structure.recipients", "structure.attachment_note"),
    "header.recipients": ("structure.recipients", "structure.attachment_note", "header.body_name"),
    "header.issued_on": ("structure.date_line", "structure.signed_date", "structure.any_date", "structure.organization", *_PAGE),
    "header.attachments": ("structure.attachment_*", "structure.caption", "header.attachment_items"),
    "header.copied_to_text": ("structure.copied_to",),
    "header.printed_by": ("structure.printed", "structure.organization"),
    "header.printed_on": ("structure.printed",),
    "header.published_on": _PAGE,
    "header.disclosure": ("structure.disclosure", *_PAGE),
    "header.contacts": ("structure.contact", "header.contact_*", "header.person_after_body", "header.phone", "header.email"),
    "amounts.text": ("amounts.money*",), "amounts.value": ("amounts.money*",), "amounts.unit": ("amounts.money*",), "amounts.yuan": ("amounts.money*",),
    "amounts.label": ("amounts.money", "amounts.label_*", "amounts.no_label"),
    "amounts.per": ("amounts.money", "amounts.per_*"),
    "citations.doc_number": ("doc_number.*", "citations.*_number"),
    "citations.short_name": ("citations.short_name",),
    "account_codes.kind": ("account_codes.expenditure_*", "account_codes.revenue", "account_codes.direct_fund_tag", "account_codes.subject"),
    "transfers.batch": ("transfers.batch", "transfers.now"),
    "transfers.program": ("transfers.title_fund", "transfers.program", "transfers.opening", "transfers.now"),
    "transfers.received_on": ("transfers.received",),
    "transfers.issued_on": ("transfers.issue*",),
    "transfers.basis": ("doc_number.*", "transfers.basis", "transfers.earlier", "transfers.moves", "transfers.rules_title", "transfers.announces", "transfers.own_move"),
    "transfers.document": ("doc_number.*", "transfers.issues", "transfers.earlier"),
    "transfers.value": ("transfers.own_move", "transfers.announces", "transfers.move_*", "transfers.told_move", "transfers.*_column", "transfers.standard", "transfers.already"),
    "allocations.rows.adcode": ("allocations.place_suffix", "allocations.own_level"),
    "allocations.rows.role": (f"{_LAYOUT}.rows", "allocations.own_level", "allocations.total"),
    "allocations.columns": (f"{_LAYOUT}.columns", "allocations.code_head", "allocations.sum_head"),
    "allocations.title": ("structure.*",), "allocations.unit": ("structure.unit_line",), "allocations.attachment": ("structure.attachment_mark",),
    "performance_tables.kind": ("performance.self_evaluation", f"{_FORM}.columns"),
    "performance_tables.region": ("performance.bureau", "performance.government", f"{_FORM}.labels"),
    "performance_tables.program": (f"{_FORM}.labels",), "performance_tables.central_authority": (f"{_FORM}.labels",),
    "performance_tables.local_authority": (f"{_FORM}.labels",), "performance_tables.authority": (f"{_FORM}.labels",),
    "performance_tables.fund_user": (f"{_FORM}.labels",), "performance_tables.finance_department": (f"{_FORM}.labels",),
    "performance_tables.total_score": (f"{_FORM}.labels",),
    "performance_tables.title": ("structure.*",), "performance_tables.year": ("structure.year_line",),
    "performance_tables.funds": (f"{_FORM}.fund_*", f"{_FORM}.section_heads", "performance.share_mark", "quantities.*"),
    "performance_tables.management": (f"{_FORM}.aspects", f"{_FORM}.section_heads"),
    "performance_tables.goals": (f"{_FORM}.section_heads", "performance.goal_*"),
    "performance_tables.indicators": (*_INDICATOR, *_FIGURES, "categories*", "indicators", "structure.note_line"),
    "performance_tables.indicators.name": _INDICATOR, "performance_tables.indicators.unit": _INDICATOR,
    "performance_tables.indicators.values": (f"{_FORM}.columns", *_FIGURES, "quantities.*"),
    "performance_tables.indicators.weight": (f"{_FORM}.columns", *_FIGURES), "performance_tables.indicators.score": (f"{_FORM}.columns", *_FIGURES),
    "performance_tables.indicators.level1": ("categories*", "indicators", "performance.label_and_name"),
    "performance_tables.indicators.level2": ("categories*", "indicators", "performance.label_and_name"),
    "performance_tables.indicators.printed_level1": ("categories", "performance.label_and_name"),
    "performance_tables.indicators.printed_level2": ("categories", "performance.label_and_name"),
    "performance_tables.indicators.repaired": ("categories*", "indicators"),
    TABLES: (f"{_LAYOUT}.columns", f"{_FORM}.columns", f"{_FORM}.labels", f"{_FORM}.fund_columns", f"{_FORM}.section_heads"),
}
_ELEMENTS = {"doc_number_parts": "doc_number", "genre": "title"}  # elements of the header that are read from another one's place


class Value(NamedTuple):
    """What a field is: plain data, and where it was read."""

    value: Any
    evidence: Evidence | None


class Field(NamedTuple):
    """`name` as asked; `path`: its keys from the section on; `steps`: those that make it; `rules`: patterns of the names of what it rests on."""

    name: str
    path: tuple[str, ...]
    steps: tuple[str, ...]
    rules: tuple[str, ...]

    @property
    def section(self) -> str:
        return self.path[0]

    @property
    def of_tables(self) -> bool:
        """Whether how tables were taken decides it."""
        return self.section in (TABLES, "allocations", "performance_tables")

    def rests_on(self, facet: str) -> bool:
        return any(fnmatchcase(facet, pattern) for pattern in self.rules)

    def owns(self, rule: str) -> bool:
        """Whether a rule is there for this field, asked or not: of a section, those of its own file."""
        return self.rests_on(rule) if self.rules != _ANY else rule.startswith(f"{self.section}.")


def field(name: str) -> Field:
    """The field of a name, `header.doc_number`. `UsageError` says which there are."""
    path = tuple(name.split("."))
    if path[0] not in _STEPS:
        raise UsageError(f"没有“{name}”这个字段；可以问：{'、'.join(_STEPS)}，或其中一项，如 header.doc_number")
    model: type[BaseModel] | None = None if path[0] == TABLES else Record
    for n, key in enumerate(path if model else path[1:]):
        known = [k for k in model.model_fields if k != "evidence"] if model else []
        if model is None or key not in known:
            above = ".".join(path[:n] if path[0] != TABLES else path[:1])
            raise UsageError(f"没有“{name}”这个字段；{above} " + (f"中有：{'、'.join(known)}" if known else "下面没有字段"))
        model = _model(model.model_fields[key].annotation)
    ways = [".".join(path[:n]) for n in range(len(path), 0, -1)]
    return Field(name, path, _STEPS[path[0]], next((_RULES[way] for way in ways if way in _RULES), _ANY))


def _model(kind: Any) -> type[BaseModel] | None:
    """The model that a type is, or that it is a list or an option of."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return kind
    return next((found for one in get_args(kind) if (found := _model(one))), None)


def values(field: Field, steps: Steps) -> list[Value]:
    """What the steps make of a field: each of its values with its place; of a list of facts the facts."""
    if field.section == TABLES:
        return []
    section = steps["accounting"][field.section == "residue"] if field.section in ("quantities", "residue") else steps[field.section]
    return list(_values(section, field.path[1:], None))


def values_of(field: Field, record: Record) -> list[Value]:
    """The same of a record."""
    return [] if field.section == TABLES else list(_values(getattr(record, field.section), field.path[1:], None))


def _values(held: Any, path: tuple[str, ...], where: Evidence | None) -> Iterator[Value]:
    if isinstance(held, list) and any(isinstance(one, BaseModel) for one in held):
        for one in held:
            yield from _values(one, path, where)
    elif isinstance(held, BaseModel) and path:
        here = held.evidence.get(_ELEMENTS.get(path[0], path[0])) if isinstance(held, Header) else getattr(held, "evidence", None)
        yield from _values(getattr(held, path[0]), path[1:], here or where)
    elif isinstance(held, Header):
        yield from (Value({key: _plain(value)}, held.evidence.get(key)) for key, value in held if key != "evidence" and value not in (None, []))
    elif held is not None and held != []:
        own = getattr(held, "evidence", None)
        yield Value(_plain(held), own if isinstance(own, Evidence) else where)


def _plain(held: Any) -> Any:
    """Plain data, places left out."""
    if isinstance(held, BaseModel):
        return {key: _plain(value) for key, value in held if key != "evidence"}
    return [_plain(one) for one in held] if isinstance(held, list) else held
