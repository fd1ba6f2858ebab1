"""What a run says of a correction: nothing while it is needed, else a finding that names both values."""

import json
from typing import Any

from extractors.record import AppliedCorrection, Evidence, Finding, Severity
from pipeline.checks import findings
from pipeline.corrections.correction import Correction
from pipeline.corrections.places import shortened

_SEVERITY: dict[str, Severity] = {"conflict": "warning", "misfit": "warning", "unplaced": "warning", "confirmed": "info"}


def finding(line: Correction, entry: AppliedCorrection, why: str | None) -> Finding | None:
    """`why`: the reason that it is not placed, or that it does not fit what stands around it."""
    kind = "misfit" if why and entry.status != "unplaced" else entry.status
    if kind not in _SEVERITY:
        return None
    told = {
        "unplaced": f"（{_change(line)}）没有采用：{why}；请核对后重写这条更正。",
        "misfit": f"{why}，请一并更正（{line.who}：{shortened(line.reason)}）。",
        "conflict": f"写更正时读作{said(line.was)}，现在读作{said(entry.original)}；仍按更正采用{said(line.value)}，请复核（{line.who}：{shortened(line.reason)}）。",
        "confirmed": f"现在直接读作{said(entry.original)}，与更正{said(line.value)}相同，这条更正不再需要。",
    }[kind]
    return findings.finding(f"correction-{kind}", _SEVERITY[kind], f"{what(line)}{'' if kind == 'unplaced' else '：'}{told}", entry.evidence or Evidence(),
                            expected=_figure(line.value), found=_figure(entry.original))


def what(line: Correction) -> str:
    """What a line corrects: “760万元”处 amounts.value 的更正."""
    return f"{f'“{shortened(line.locator.text)}”处 ' if line.locator else ''}{line.field} 的更正"


def said(value: Any) -> str:
    """A value in a message."""
    if isinstance(value, str):
        return f"“{shortened(value, 60)}”"
    return findings.figure(value) if _plain(value) else shortened(json.dumps(value, ensure_ascii=False), 60)


def _change(line: Correction) -> str:
    return f"{said(line.was)}→{said(line.value)}" if line.knew else f"改为{said(line.value)}"


def _plain(value: Any) -> bool:
    return value is None or isinstance(value, int | float | str) and not isinstance(value, bool)


def _figure(value: Any) -> int | float | str | None:
    told: int | float | str | None = value if _plain(value) else said(value)
    return told
