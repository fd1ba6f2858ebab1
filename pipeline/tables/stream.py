"""All rows of a results folder, one document after the other: what every format, the queries and the index are made from."""

from collections.abc import Iterator
from pathlib import Path

from grammars.grammar import Grammar
from pipeline import results
from pipeline.tables import derived
from pipeline.tables.rows import Told, rows
from pipeline.tables.schema import FAILURES, PLACES, TABLES
from pipeline.tables.table import Row, Table

_ADCODES = {table.name: names.index("adcode") for table in TABLES if "adcode" in (names := [c.name for c in table.columns])}


def stream(folder: Path, grammar: Grammar, tell: Told) -> Iterator[tuple[Table, Row]]:
    """Rows of the results, then of the documents that failed, then of the places that were named. `UsageError` as of `results.results`."""
    codes = set[str]()
    for result in results.results(folder):
        with grammar.watch.apart():  # nobody asks what the rows rest on, and the texts would stay
            told = list(rows(result, grammar, tell))
        for table, row in told:
            if table.name in _ADCODES:
                codes.add(str(row[_ADCODES[table.name]] or ""))
            yield table, row
    for failed in results.failures(folder):
        yield FAILURES, [failed["name"], failed["code"], failed["reason"], failed["next_step"]]
    for code in sorted(codes):
        place = derived.place(code, grammar.regions) if code else None
        if place:
            yield PLACES, place
