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
from pipeline.compare.words import COUNTED_FROM, label, shown
from pipeline.report import figures

_KINDS = {"notice": "通知", "self_evaluation_report": "绩效自评报告", "self_evaluation_table": "自评表", "target_table": "绩效目标表",
          "allocation_table": "分配表", "other": "其他"}
_SEVERITIES = {"error": "错误", "warning": "警告", "info": "提示"}
_STATUSES = {"applied": "已采用", "confirmed": "已不再需要", "conflict": "与现在所读不同，仍采用", "unplaced": "找不到位置，没有采用"}
_RELATIONS = {"attachment": "附件", "attached_to": "附于"}
_SOURCES = {"total": "合计", "central": "中央", "province": "省级", "city": "市级", "county": "县级", "local": "地方", "current_year": "当年",
            "carryover": "结转", "other": "其他"}


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
        "kinds": _KINDS, "severities": _SEVERITIES, "statuses": _STATUSES, "relations": _RELATIONS, "sources": _SOURCES,
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
    return sorted(findings, key=lambda finding: list(_SEVERITIES).index(finding.severity))
