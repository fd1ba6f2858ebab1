"""One document as one printable page that stands alone: what it is, its money, its results, what was found, each with its place."""

from functools import cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from extractors.record import Evidence, Finding, Indicator, IndicatorValue, Record
from pipeline.charts.markup import isolated, said
from pipeline.charts.numerals import exact
from pipeline.charts.style import css
from pipeline.compare.places import spot
from pipeline.compare.words import CHOICES, COUNTED_FROM, label, shown
from pipeline.report import figures


def page(record: Record) -> str:
    """The whole page. The same record gives the same page."""
    return _environment().get_template("page.html").render(record=record, head=record.header, findings=_by_severity(record.findings))


@cache
def _environment() -> Environment:
    """Every text that is put in is isolated and escaped, wherever the template may forget it; numbers are told with all their digits."""
    made = Environment(loader=PackageLoader("pipeline.report", "."), autoescape=True, undefined=StrictUndefined, finalize=_finalized, trim_blocks=True, lstrip_blocks=True)
    made.filters |= {"said": said, "label": label, "shown": shown}
    made.globals |= {
        "place": _place, "values": _values, "named": figures.named, "allocation_figure": figures.allocation, "indicators_figure": figures.indicators, "counted_from": COUNTED_FROM,
        "choices": CHOICES,
        "style": Markup(css() + files("pipeline.report").joinpath("page.css").read_text(encoding="utf-8")),
    }
    return made


def _finalized(value: object) -> object:
    match value:
        case None:
            return ""
        case Markup():
            return value
        case bool():
            return "是" if value else "否"
        case int() | float():
            return exact(value)
        case str():
            return Markup("<br>").join(map(isolated, value.split("\n")))
    return value


def _place(evidence: Evidence | None) -> Markup:
    """Where a fact stands, in small type."""
    told = spot(evidence.model_dump()) if evidence else None
    return Markup('<span class="place">{}</span>').format(said(told.told)) if told and told.told else Markup("")


def _values(indicator: Indicator, *roles: str) -> str:
    return "\n".join(_value(value, len(indicator.values)) for value in indicator.values if value.role in roles)


def _value(value: IndicatorValue, of: int) -> str:
    """As printed; where an indicator has more values than target and result, what its column says."""
    return f"{value.label}：{value.text}" if of > 2 and value.label else value.text


def _by_severity(findings: list[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda finding: list(CHOICES["severity"]).index(finding.severity))
