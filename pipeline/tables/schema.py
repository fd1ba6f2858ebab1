"""The tables of the analysis, made from the models of a record: one fact a row, keyed by document and place in its list.

Every scalar field of a model is a column. Beside the models' own there are: the keys, the lineage of a fact (where and by which rule it was read),
and what is derived by the grammar (`documents.year`, `column_kind`, `yuan` of an allocated sum, `places`), which the dictionary calls derived.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from extractors import record as models
from extractors.record import Model
from pipeline.tables.derived import DERIVED, Said
from pipeline.tables.leaves import Leaf, leaves
from pipeline.tables.table import Column, Table

LINEAGE = (Column("rule"), Column("page", "integer"), Column("place"), Column("reader"), Column("flagged", "boolean"))
# Columns that would be another's name, or a word of SQL.
RENAMED = {
    ("documents", "path"): "document", ("documents", "id"): "document_id", ("documents", "doc_number_parts_agency_code"): "agency_code",
    ("documents", "doc_number_parts_year"): "doc_number_year", ("documents", "doc_number_parts_serial"): "doc_number_serial",
    ("transfers", "document"): "doc_number", ("corrections", "when"): "corrected_at", ("links", "path"): "other_document", ("links", "id"): "other_id",
}


class Listed(NamedTuple):
    """A table of the facts of one list. `path`: the lists that lead to it, each with the name of the column that counts it (from 1 on)."""

    table: Table
    leaves: tuple[Leaf, ...]
    derived: tuple[Said, ...]
    path: tuple[tuple[str, str], ...]


def _listed(name: str, model: type[Model], *path: tuple[str, str]) -> Listed:
    drawn, derived = tuple(_renamed(name, leaf) for leaf in leaves(model)), DERIVED.get(name, ())
    columns = [*(leaf.column for leaf in drawn), *(said.column for said in derived)]
    return Listed(_facts(name, [Column(counter, "integer") for _, counter in path], columns), drawn, derived, path)


def _facts(name: str, keys: Sequence[Column], columns: Sequence[Column]) -> Table:
    """A table of facts: the document and `keys`, what a fact says, its lineage."""
    return Table(name, (Column("document"), *keys, *columns, *LINEAGE), ("document", *(column.name for column in keys)), True)


def _renamed(table: str, leaf: Leaf) -> Leaf:
    return leaf._replace(column=leaf.column._replace(name=RENAMED.get((table, leaf.column.name), leaf.column.name)))


def _heads() -> Iterator[Leaf]:
    """Of a document as a whole: its source, header and provenance."""
    parts = (((), models.Record), (("source",), models.Source), (("header",), models.Header), (("provenance",), models.Provenance))
    for keys, model in parts:
        own = leaves(model, keys=keys) if keys else (leaf for leaf in leaves(model) if len(leaf.keys) == 1)
        yield from (_renamed("documents", leaf) for leaf in own)


_PERFORMANCE, _INDICATORS = ("performance_tables", "table_no"), ("indicators", "indicator_no")
HEADS = tuple(sorted(_heads(), key=lambda leaf: (leaf.column.name != "document", leaf.keys[0] != "header")))  # the key, what people look for, the rest
OF_DOCUMENT = (Column("year", "integer"), Column("adcode"), Column("central", "boolean"), Column("takes_back", "boolean"), Column("issuers"),
               Column("errors", "integer"), Column("warnings", "integer"))
LISTED = (
    _listed("attachments", models.Attachment, ("header.attachments", "no")),
    _listed("contacts", models.Contact, ("header.contacts", "no")),
    _listed("headings", models.Heading, ("outline", "no")),
    _listed("citations", models.Citation, ("citations", "no")),
    _listed("amounts", models.Amount, ("amounts", "no")),
    _listed("account_codes", models.AccountCode, ("account_codes", "no")),
    _listed("transfers", models.Transfer, ("transfers", "no")),
    _listed("allocations", models.Allocation, ("allocations", "allocation_no")),
    _listed("performance_tables", models.PerformanceTable, _PERFORMANCE),
    _listed("funds", models.Fund, _PERFORMANCE, ("funds", "no")),
    _listed("management", models.Management, _PERFORMANCE, ("management", "no")),
    _listed("goals", models.Goal, _PERFORMANCE, ("goals", "no")),
    _listed("indicators", models.Indicator, _PERFORMANCE, _INDICATORS),
    _listed("indicator_values", models.IndicatorValue, _PERFORMANCE, _INDICATORS, ("values", "no")),
    _listed("statements", models.Statement, ("statements", "no")),
    _listed("quantities", models.TextQuantity, ("quantities", "no")),
    _listed("residue", models.Residue, ("residue", "no")),
    _listed("links", models.Link, ("links", "no")),
    _listed("corrections", models.AppliedCorrection, ("corrections", "no")),
)
DOCUMENTS = Table("documents", (*(leaf.column for leaf in HEADS), *OF_DOCUMENT), ("document",))
PARTIES = _facts("parties", [Column("role"), Column("no", "integer")], [Column("name")])
ELEMENTS = _facts("elements", [Column("element")], [Column("value")])
SHARE = tuple(leaves(models.AllocationRow))
ALLOCATION_ROWS = _facts("allocation_rows", [Column(f"{part}_no", "integer") for part in ("allocation", "row", "column")], [
    *(leaf.column for leaf in SHARE), Column("column_label"), Column("column_kind"), Column("column_sums", "boolean"), Column("value", "decimal"), Column("unit"),
    Column("yuan", "decimal")])
FINDING = tuple(leaves(models.Finding))
FINDINGS = _facts("findings", [Column("no", "integer")], [
    *(leaf.column for leaf in FINDING), Column("expected_number", "decimal"), Column("found_number", "decimal"), Column("related_page", "integer"), Column("related_place")])
PLACES = Table("places", tuple(map(Column, ("adcode", "name", "level", "province_adcode", "province", "prefecture_adcode", "prefecture"))), ("adcode",))
FAILURES = Table("failures", tuple(map(Column, ("document", "code", "reason", "next_step"))), ("document",))

_BY_NAME = {table.name: table for table in (DOCUMENTS, PARTIES, ELEMENTS, ALLOCATION_ROWS, FINDINGS, PLACES, FAILURES, *(listed.table for listed in LISTED))}
_ORDER = ("documents", "elements", "parties", "attachments", "contacts", "headings", "citations", "amounts", "account_codes", "transfers", "allocations", "allocation_rows",
          "performance_tables", "funds", "management", "goals", "indicators", "indicator_values", "statements", "quantities", "findings", "residue", "links",
          "corrections", "places", "failures")
TABLES = tuple(_BY_NAME[name] for name in _ORDER)
