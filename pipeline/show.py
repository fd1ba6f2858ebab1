"""A readable view of one result: header, outline, tables, findings, and what nobody accounted for."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

import regex
from rich import box
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from extractors.record import Allocation, Indicator, PerformanceTable, Quantity, Record, Statement
from pipeline import results
from pipeline.compare.words import CHOICES
from pipeline.errors import UsageError
from pipeline.store import FAILURES, record_path
from pipeline.terminal import printable

_ID = regex.compile(r'"id":\s*"([0-9a-f]{16})"')
_COLORS = {"error": "red", "warning": "yellow", "info": "cyan"}
_LISTED = 20  # of a long list without a table of its own


def find(wanted: str, output: Path) -> Path:
    """The result that `wanted` names: a result file, a document by path or name, or the id of a record (or its beginning).

    `UsageError`: none, or several.
    """
    given = Path(wanted)
    if given.suffix == ".json" and given.is_file():
        return given
    if (exact := record_path(output, given.as_posix())).is_file() and not given.is_absolute():
        return exact
    found = list(dict.fromkeys((*_by_name(given, output), *_by_id(wanted, output))))
    if len(found) == 1:
        return found[0]
    if found:
        raise UsageError(f"“{wanted}” 对应多个结果，请写全：{'、'.join(str(p.relative_to(output)) for p in found[:10])}")
    raise UsageError(_missing(given, output))


def _by_name(given: Path, output: Path) -> list[Path]:
    """Results whose document is `given`, by as many of the last parts of its path as agree."""
    parts = [p for p in given.with_name(f"{given.name}.json").parts if p not in ("..", "/")] if given.name else []
    named = [p for p in results.paths(output) if parts and p.name == parts[-1]]
    return [p for p in named if p.relative_to(output).parts == tuple(parts[-len(p.relative_to(output).parts):])] or named


def _by_id(wanted: str, output: Path) -> Iterator[Path]:
    if not regex.fullmatch(r"[0-9a-f]{6,16}", wanted):
        return
    for path in results.paths(output):
        with path.open(encoding="utf-8", errors="replace") as file:
            told = _ID.search(file.read(400))
        if told and told[1].startswith(wanted):
            yield path


def _missing(given: Path, output: Path) -> str:
    """Why there is no result: the document failed, or was never run."""
    failures = output / FAILURES
    for line in failures.read_text(encoding="utf-8").splitlines() if failures.is_file() else ():
        failed = json.loads(line)
        if Path(failed["name"]).name == given.name:
            return f"{failed['name']} 没有结果：{failed['reason']}；{failed['next_step']}"
    return f"在 {output} 中找不到 {given} 的结果；请先运行 gongwen run，或指明别的结果文件夹"


def load(path: Path) -> Record:
    """The record in a result file. `UsageError` where it is none that this version reads."""
    return results.record(path)


def show(record: Record, console: Console) -> None:
    """The record on a console, as wide as it is."""
    for part in view(record):
        console.print(part)
        console.print()


def view(record: Record) -> Iterator[RenderableType]:
    """The parts of the view, in the order a person reads the document."""
    yield _header(record)
    if record.outline:
        yield _lines("目录", (f"{'  ' * (h.level - 1)}{h.number} {h.title}" for h in record.outline))
    if record.citations:
        yield _listed("引用文件", [_joined(f"《{c.title}》" if c.title else None, c.doc_number, f"×{c.count}") for c in record.citations])
    if record.transfers:
        yield _listed("资金下达", [_joined(t.program, _figure(t.value, t.unit), t.document, t.issued_on) for t in record.transfers])
    if record.amounts:
        yield _listed("金额", [_joined(a.label, a.text) for a in record.amounts])
    if record.account_codes:
        yield _listed("科目", [_joined(a.code, a.name) for a in record.account_codes])
    yield from (_allocation(a) for a in record.allocations)
    yield from (_performance(t) for t in record.performance_tables)
    if record.statements:
        yield _listed("正文指标", list(map(_statement, record.statements)))
    if record.links:
        yield _lines("关联文件", (_joined(CHOICES["links.relation"][link.relation], link.number, link.title, f"→ {link.path}") for link in record.links))
    yield _findings(record)
    if record.residue:
        yield _listed("未归属的数字", [f"{r.text}  …{r.context}…" for r in record.residue])


def _header(record: Record) -> Table:
    head = record.header
    grid = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    grid.add_column(no_wrap=True, style="bold")
    grid.add_column(overflow="fold")
    rows = {
        "文件": record.source.path, "编号": record.id, "类型": CHOICES["doc_type"][record.doc_type], "标题": head.title, "发文字号": head.doc_number,
        "发文机关": "、".join(head.issuers), "主送机关": head.recipients_text, "成文日期": head.issued_on,
        "附件": "\n".join(_joined(a.number, a.title) for a in head.attachments), "抄送": head.copied_to_text,
        "印发": _joined(head.printed_by, head.printed_on), "发布日期": head.published_on, "公开": head.disclosure,
        "联系人": "\n".join(_joined(c.organization, c.name, c.phone, c.email) for c in head.contacts),
    }
    for label, value in rows.items():
        if value:
            grid.add_row(label, Text("\n".join(map(printable, value.split("\n")))))
    return grid


def _allocation(told: Allocation) -> Table:
    title = _joined("分配表", told.title or "（正文）", f"单位：{told.unit}" if told.unit else None)
    table = _table(title, ["序号", "名称", *told.columns, "备注"], numbers=range(2, 2 + len(told.columns)))
    for row in told.rows:
        cells = [_number(row.seq), row.name or "", *map(_number, row.values), row.note or ""]
        table.add_row(*map(_cell, cells), style="bold" if row.role != "item" else None)
    return table


def _performance(told: PerformanceTable) -> Group:
    kind = "绩效目标表" if told.kind == "target" else "自评表"
    score = None if told.total_score is None else f"总分 {_number(told.total_score)}"
    title = _joined(kind, told.title, told.year, told.region, told.program, score)
    parts: list[RenderableType] = [Text(printable(title), style="bold")]
    if told.funds:
        parts.append(_funds(told))
    if told.management:
        parts.append(_lines("资金管理", (_joined(m.aspect, m.situation, m.problems) for m in told.management)))
    if told.goals:
        parts.append(_lines("总体目标", (_joined(g.goal, f"→ {g.completion}" if g.completion else None) for g in told.goals)))
    if told.indicators:
        parts.append(_indicators(told.indicators))
    return Group(*parts)


def _funds(told: PerformanceTable) -> Table:
    heads = ("年初预算", "预算", "执行", "执行率%", "分值", "得分")
    table = _table("资金情况", ["资金", "单位", *heads], numbers=range(2, 8))
    for f in told.funds:
        figures = (f.initial_budget, f.budget, f.executed, f.rate, f.weight, f.score)
        table.add_row(*map(_cell, (f.name, f.unit or "", *map(_number, figures))))
    return table


def _indicators(told: list[Indicator]) -> Table:
    """Categories are printed where they change; a repaired one is marked ⟲."""
    table = _table("", ["一级", "二级", "三级指标", "指标值", "完成值", "分值", "得分", "备注"], numbers=range(5, 7))
    above: tuple[str | None, str | None] = (None, None)
    for i in told:
        here = (i.level1, i.level2)
        first, second = ("" if here[0] == above[0] else here[0] or "？"), ("" if here == above else (here[1] or "？"))
        name = i.name + (f"（{i.unit}）" if i.unit else "")
        cells = (first, second + ("⟲" if i.repaired else ""), name, _values(i, "target", "baseline"), _values(i, "actual"),
                 _number(i.weight), _number(i.score), i.remark or "")
        table.add_row(*map(_cell, cells))
        above = here
    return table


def _values(indicator: Indicator, *roles: str) -> str:
    return " / ".join(f"{v.text}{'（基期）' if v.role == 'baseline' else ''}" for v in indicator.values if v.role in roles)


def _findings(record: Record) -> RenderableType:
    if not record.findings:
        return Text("检查：没有发现问题", style="green")
    text = Text(f"检查发现 {len(record.findings)} 项", style="bold")
    for f in record.findings:
        text.append(f"\n  {f.severity:<8}", style=_COLORS[f.severity]).append(printable(f"{f.code}  {f.message}"), style="not bold")
        if f.suggestion:
            text.append(f"\n           → {printable(f.suggestion)}", style="not bold")
    return text


def _table(title: str, columns: Iterable[str], numbers: Iterable[int]) -> Table:
    table = Table(title=Text(printable(title), style="bold") if title else None, box=box.SIMPLE_HEAD, title_justify="left", pad_edge=False)
    right = set(numbers)
    for n, name in enumerate(columns):
        table.add_column(_cell(name), justify="right" if n in right else "left", overflow="fold")
    return table


def _listed(title: str, items: list[str]) -> Text:
    more = [f"…… 另有 {len(items) - _LISTED} 项"] if len(items) > _LISTED else []
    return _lines(f"{title}（{len(items)}）", [*items[:_LISTED], *more])


def _lines(title: str, items: Iterable[str]) -> Text:
    text = Text(title, style="bold")
    for item in items:
        text.append(f"\n  {printable(item)}", style="not bold")
    return text


def _cell(text: str) -> Text:
    return Text(printable(text))


def _joined(*parts: object) -> str:
    return "  ".join(str(p) for p in parts if p not in (None, ""))


def _statement(told: Statement) -> str:
    return _joined(told.scope, told.indicator, _said(told.actual), f"目标 {told.target.text}" if told.target else None, told.verdict)


def _said(quantity: Quantity | None) -> str | None:
    return quantity.text if quantity else None


def _figure(value: float | None, unit: str | None) -> str | None:
    return None if value is None else f"{_number(value)}{unit or ''}"


def _number(value: float | None) -> str:
    return "" if value is None else f"{int(value) if value == int(value) else value}"
