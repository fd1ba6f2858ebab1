"""The tables of a document: who gets how much, what is to be reached, what was reached."""

from collections.abc import Sequence
from itertools import takewhile
from random import Random
from typing import NamedTuple

from scripts.rerun.subject import Goal, Subject, figure, told
from scripts.samples.truth import ABOVE, LEFT, Cell, Table

_SOURCES = (("中央资金", "省级资金"), ("中央补助", "省级补助", "市级配套"))
_DONE = {1: ("超额完成{t}的目标任务", "优于{t}的目标值"), 0: ("与目标值一致", "完成目标任务", "达到年度目标"), -1: ("未达到{t}的目标值", "未完成{t}的年度目标")}


class Share(NamedTuple):
    """What a county gets, by columns, in hundredths of the unit."""

    city: str
    county: str
    parts: tuple[int, ...]


class Division(NamedTuple):
    """Money divided among counties; `columns`: what its parts are."""

    columns: tuple[str, ...]
    shares: tuple[Share, ...]

    def parts(self) -> list[int]:
        return [sum(column) for column in zip(*(s.parts for s in self.shares), strict=True)]

    @property
    def sum(self) -> int:
        return sum(self.parts())


def division(subject: Subject) -> Division:
    """Of a city's counties, or of some counties of some cities, in their order; now and then of all that the province has."""
    rng = subject.rng
    columns = rng.choice(((), _columns(subject), _columns(subject)))
    step = rng.choice((100, 100, 50, 10, 1))
    shares = [Share(city, county, tuple(step * rng.randint(2000 // step, 120000 // step) for _ in columns or "1")) for city, county in _receivers(subject)]
    return Division(tuple(columns), tuple(shares))


def _receivers(subject: Subject) -> list[tuple[str, str]]:
    """Counties with their cities."""
    rng, whole = subject.rng, subject.rng.random() < 0.04
    often, most = (1, 200) if whole else (0.9, 40) if subject.city else (0.25, rng.randint(12, 40))
    cities = (subject.city,) if subject.city else subject.province.cities
    found = [(city.name, county) for city in cities for county in city.counties if rng.random() < often]
    return found[:most] or [(cities[0].name, county) for county in cities[0].counties]


def _columns(subject: Subject) -> Sequence[str]:
    return subject.rng.choice((*_SOURCES, subject.about["uses"][:2], subject.about["uses"][:3]))


def table(name: str, head: int, widths: Sequence[int], rows: Sequence[Sequence[str]]) -> Table:
    """A table of rows of texts, in which `LEFT` and `ABOVE` are covered by a neighbour."""
    def cell(text: str, r: int, c: int) -> Cell:
        down, right = ([row[c] for row in rows[r + 1:]], rows[r][c + 1:])
        return Cell(text, r, c, 1 + len(list(takewhile(ABOVE.__eq__, down))), 1 + len(list(takewhile(LEFT.__eq__, right))))

    return Table(name, head, tuple(widths), tuple(tuple(cell(text, r, c) for c, text in enumerate(row) if text not in (LEFT, ABOVE)) for r, row in enumerate(rows)))


def allocation(subject: Subject, shared: Division) -> Table:
    """One of the usual forms, with its total first or last."""
    rng = subject.rng
    form = rng.choice((_plain, _under_cities, _with_subtotals) if not subject.city else (_plain,))
    return form(rng, shared, rng.random() < 0.2)


def _money(parts: Sequence[int], grouped: bool) -> list[str]:
    """The sum where there are several, then each."""
    return [figure(n, grouped) for n in ([sum(parts), *parts] if len(parts) > 1 else parts)]


def _heads(shared: Division, rng: Random) -> list[str]:
    return ["合计", *shared.columns] if shared.columns else [rng.choice(("金额", "补助金额", "下达金额", "本次下达资金"))]


def _noted(rng: Random) -> str:
    return rng.choice(told("wording")["remarks"]) if rng.random() < 0.15 else ""


def _placed(rows: list[list[str]], total: list[str], first: bool) -> list[list[str]]:
    return [total, *rows] if first else [*rows, total]


def _plain(rng: Random, shared: Division, grouped: bool) -> Table:
    head = ["序号", rng.choice(("县市区", "地区", "单位名称", "县（市、区）")), *_heads(shared, rng), "备注"]
    rows = [[str(n), s.county, *_money(s.parts, grouped), _noted(rng)] for n, s in enumerate(shared.shares, 1)]
    total = ["", "合计", *_money(shared.parts(), grouped), ""]
    return table("分配表", 1, [6, 14, *[11] * (len(head) - 3), 12], [head, *_placed(rows, total, rng.random() < 0.3)])


def _under_cities(rng: Random, shared: Division, grouped: bool) -> Table:
    """The city before its counties, one cell for all of them."""
    heads = _heads(shared, rng)
    upper = ["序号", "市州", "县市区", *(["合计", "其中", *[LEFT] * (len(heads) - 2)] if shared.columns else heads), "备注"]
    lower = [ABOVE, ABOVE, ABOVE, ABOVE, *shared.columns, ABOVE]
    rows, city = [], ""
    for n, s in enumerate(shared.shares, 1):
        rows.append([str(n), s.city if s.city != city else ABOVE, s.county, *_money(s.parts, grouped), _noted(rng)])
        city = s.city
    total = ["合计", LEFT, LEFT, *_money(shared.parts(), grouped), ""]
    top = [upper, lower] if shared.columns else [upper]
    return table("分配表", len(top), [6, 12, 14, *[10] * len(heads), 10], [*top, *rows, total])


def _with_subtotals(rng: Random, shared: Division, grouped: bool) -> Table:
    """A row with the city's sum before its counties."""
    rows = []
    for name in dict.fromkeys(s.city for s in shared.shares):
        mine = Division(shared.columns, tuple(s for s in shared.shares if s.city == name))
        rows.append([f"{name}小计", *_money(mine.parts(), grouped), ""])
        rows += [[s.county, *_money(s.parts, grouped), _noted(rng)] for s in mine.shares]
    head = ["市县名称", *_heads(shared, rng), "备注"]
    total = ["全省合计", *_money(shared.parts(), grouped), ""]
    return table("分配表", 1, [16, *[11] * (len(head) - 2), 12], [head, *_placed(rows, total, rng.random() < 0.5)])


class Budget(NamedTuple):
    """Planned and spent, by source, in hundredths of 万元."""

    sources: tuple[str, ...]
    planned: tuple[int, ...]
    spent: tuple[int, ...]

    def lines(self) -> list[tuple[str, int, int]]:
        names = ["年度资金总额", *(f"其中：{n}" if k == 0 else n for k, n in enumerate(self.sources))]
        return list(zip(names, (sum(self.planned), *self.planned), (sum(self.spent), *self.spent), strict=True))


def budget(rng: Random) -> Budget:
    sources = rng.choice((("中央财政资金", "地方资金"), ("中央财政资金", "省级财政资金", "市县财政资金"), ("中央补助", "地方资金")))
    planned = tuple(10 * rng.randint(3000, 900000) // (1 if k == 0 else 6) for k in range(len(sources)))
    return Budget(sources, planned, tuple(round(n * rng.uniform(0.82, 1)) if rng.random() < 0.8 else n for n in planned))


def rate(spent: int, planned: int) -> str:
    return f"{100 * spent / planned:.2f}".rstrip("0").rstrip(".")


def targets(subject: Subject, given: Budget) -> Table:
    """区域绩效目标表."""
    money = [["资金情况（万元）", LEFT, "年度金额：", LEFT, figure(sum(given.planned)), LEFT]]
    money += [[ABOVE, ABOVE, f"其中：{n}" if k == 0 else n, LEFT, figure(p), LEFT] for k, (n, p) in enumerate(zip(given.sources, given.planned, strict=True))]
    rows = [["资金名称", LEFT, subject.fund, LEFT, LEFT, LEFT],
            ["中央主管部门", LEFT, f"财政部、{subject.about['ministry']}", LEFT, LEFT, LEFT],
            ["地方财政部门", LEFT, subject.issuers[0], LEFT, "地方主管部门", subject.issuers[1]], *money,
            ["总体目标", LEFT, subject.say(told("wording")["aims"]), LEFT, LEFT, LEFT],
            ["绩效指标", "一级指标", "二级指标", LEFT, "三级指标", "指标值"]]
    rows += [[ABOVE, level, kind, ABOVE if kind == ABOVE else LEFT, name, target] for level, kind, name, target, _ in _indicators(subject)]
    return table("绩效目标表", 0, [9, 12, 14, 14, 28, 16], rows)


def evaluation(subject: Subject, given: Budget) -> Table:
    """区域绩效自评表."""
    wording, rng = told("wording"), subject.rng
    rows = [["转移支付（项目）名称", LEFT, subject.fund, *[LEFT] * 4],
            ["中央主管部门", LEFT, f"财政部、{subject.about['ministry']}", *[LEFT] * 4],
            ["地方主管部门", LEFT, subject.issuers[1], LEFT, "资金使用单位", f"{subject['below']}{subject.office}", LEFT],
            ["资金投入情况（万元）", LEFT, "", "全年预算数（A）", "全年执行数（B）", "预算执行率（B/A×100%）", LEFT]]
    rows += [[ABOVE, ABOVE, name, figure(planned), figure(spent), f"{rate(spent, planned)}%", LEFT] for name, planned, spent in given.lines()]
    if rng.random() < 0.6:
        rows.append(["资金管理情况", LEFT, "", "情况说明", LEFT, "存在问题和改进措施", LEFT])
        rows += [[ABOVE, ABOVE, aspect, subject.say(said), LEFT, "无", LEFT] for aspect, said in wording["aspects"].items()]
    rows += [["总体目标完成情况", LEFT, "总体目标", LEFT, "全年实际完成情况", LEFT, LEFT],
             [ABOVE, ABOVE, subject.say(wording["aims"]), LEFT, subject.say(wording["achieved"]), LEFT, LEFT],
             ["绩效指标", "一级指标", "二级指标", "三级指标", "指标值", "全年实际完成值", "未完成原因和改进措施"]]
    rows += [[ABOVE, *cells, _reason(subject, goal)] for cells, goal in zip(_indicators(subject), subject.goals, strict=True)]
    return table("自评表", 0, [9, 10, 13, 24, 14, 14, 18], rows)


def _reason(subject: Subject, goal: Goal) -> str:
    return subject.rng.choice(told("wording")["reasons"]) if goal.met < 0 else "无"


def _indicators(subject: Subject) -> list[tuple[str, str, str, str, str]]:
    """Level, kind, name, target and actual of every goal as cells; units stand with the name or with the figures."""
    apart = subject.rng.random() < 0.5
    found, before = [], Goal("", "", "", "", "", "", 0)
    for goal in subject.goals:
        unit = "" if apart else goal.unit
        found.append((ABOVE if goal.level == before.level else goal.level, ABOVE if goal.kind == before.kind else goal.kind,
                      goal.name + (f"（{goal.unit}）" if apart and goal.unit else ""), goal.sign + goal.target + unit, goal.actual + unit))
        before = goal
    return found


def result(goal: Goal, rng: Random) -> str:
    """What was reached, told in a sentence."""
    if not goal.unit:
        return f"{goal.name}{goal.actual}，与目标一致"
    verb = rng.choice(("", "达到", "为")) if goal.unit == "%" else rng.choice(("", "实际完成", "达到"))
    return f"{goal.name}{verb}{goal.actual}{goal.unit}，{rng.choice(_DONE[goal.met]).format(t=goal.sign + goal.target + goal.unit)}"
