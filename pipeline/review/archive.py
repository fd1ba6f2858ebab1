"""Pictures of what the whole archive says, by the views of `gongwen query`: so the numbers are those that a query gives."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
from markupsafe import Markup

from pipeline.charts import bars, bullets, lines, tiles, tree
from pipeline.charts.figure import Frame
from pipeline.query import kept
from pipeline.review.page import shown
from pipeline.tables.rows import Told

_LEVELS = {"central": "中央下达", "province": "省级下达", "prefecture": "市级下达", "county": "县级下达", None: "看不出哪一级下达"}
_CHOICES = 40  # pictures of one kind
_BARS, _BULLETS, _NODES = 40, 30, 300  # of one picture
_SAME_MONEY = "上级分给下级的钱，下级再分时又有一次，所以按哪一级下达分开，不能相加。"


class Picture(NamedTuple):
    """`name`: what to choose it by."""

    name: str
    figure: Markup


class Group(NamedTuple):
    """Pictures of one kind, one shown at a time. `choice`: what is chosen, such as 年度."""

    id: str
    title: str
    about: str
    choice: str
    pictures: list[Picture]


def figures(folder: Path, tell: Told) -> list[Group]:
    """The pictures of the results in `folder`; kinds for which there is nothing are left out."""
    with kept.opened(folder, tell) as database:
        groups = (
            Group("places", "各地分得的资金", _SAME_MONEY, "年度和层级", list(_places(database))),
            Group("tiles", "各市州分得的资金", f"按区划代码排列，不是地图。{_SAME_MONEY}", "年度和层级", list(_tiles(database))),
            Group("targets", "没有达到的目标", "指标的目标值和完成值，差得多的在先；口径见视图 v_targets。", "年度", list(_targets(database))),
            Group("rates", "历年执行率", "各绩效表资金总额的执行率（执行数与预算数之比），同一资金同一年有几张表的取中位数；有两年以上的资金在先。", "", list(_rates(database))),
            Group("funding", "资金的来龙去脉", "哪份文件依据哪份文件下达多少；口径见视图 v_funding_tree。", "年度", list(_funding(database))))
        return [group for group in groups if group.pictures]


def _asked(database: duckdb.DuckDBPyConnection, question: str) -> list[dict[str, Any]]:
    """The rows of an answer, by column; texts made fit to be shown."""
    answer = database.execute(question)
    names = [one[0] for one in answer.description or ()]
    return [{name: shown(value) if isinstance(value, str) else value for name, value in zip(names, row, strict=True)} for row in answer.fetchall()]


_MONEY = "SELECT * FROM v_money_by_place WHERE yuan IS NOT NULL AND year IS NOT NULL ORDER BY year DESC, from_level NULLS LAST, yuan DESC, adcode"


def _by_year_and_level(database: duckdb.DuckDBPyConnection, draw: Callable[[str, str, list[dict[str, Any]]], Markup]) -> Iterator[Picture]:
    """A picture of the money of every year and level; `draw` takes its number, name and rows."""
    groups = groupby(_asked(database, _MONEY), key=lambda row: (row["year"], row["from_level"]))
    for n, ((year, level), rows) in enumerate(groups):
        if n < _CHOICES:
            name = f"{year}年 {_LEVELS[level]}"
            yield Picture(name, draw(str(n), name, list(rows)))


def _places(database: duckdb.DuckDBPyConnection) -> Iterator[Picture]:
    def draw(n: str, name: str, rows: list[dict[str, Any]]) -> Markup:
        left = len(rows) - _BARS
        notes = (f"另有 {left} 处较少的没有画出，用 gongwen query 可查",) if left > 0 else ()
        return bars.draw(Frame(f"places-{n}", f"各地分得的资金（{name}）", notes=notes), [bars.Bar(_place(row), row["yuan"]) for row in rows[:_BARS]], "元")

    yield from _by_year_and_level(database, draw)


def _place(row: dict[str, Any]) -> str:
    """A place as it is told among others: a county with its prefecture; money that is only known to stay within a place says so."""
    above = row["prefecture"] if row["level"] == "county" else None
    return f"{above or ''}{row['place_name'] or '没有区划的受款单位'}{'（各单位）' if row['place_from'] == 'document' else ''}"


def _tiles(database: duckdb.DuckDBPyConnection) -> Iterator[Picture]:
    names = {row["adcode"]: row["name"] for row in _asked(database, "SELECT adcode, name FROM places")}

    def draw(n: str, name: str, rows: list[dict[str, Any]]) -> Markup:
        sums: dict[tuple[str, str], Any] = defaultdict(int)
        for row in rows:
            if row["adcode"]:
                sums[_tile(row)] += row["yuan"]
        return tiles.draw(Frame(f"tiles-{n}", f"各市州分得的资金（{name}）"), [tiles.Tile(code, told, value) for (code, told), value in sums.items()], "元", names)

    yield from _by_year_and_level(database, draw)


def _tile(row: dict[str, Any]) -> tuple[str, str]:
    """Code and name of the prefecture, of what has none its own."""
    return (f"{row['adcode'][:4]}00", row["prefecture"]) if row["prefecture"] else (row["adcode"], row["place_name"])


def _targets(database: duckdb.DuckDBPyConnection) -> Iterator[Picture]:
    missed = _asked(database, """SELECT * FROM v_targets WHERE reached = false AND year IS NOT NULL
        ORDER BY year DESC, abs(difference) / nullif(abs(target), 0) DESC NULLS LAST, document, table_no, indicator_no""")
    for n, (year, rows) in enumerate(groupby(missed, key=lambda row: row["year"])):
        told = list(rows)
        frame = Frame(f"targets-{n}", f"没有达到的目标（{year}年）", notes=(f"另有 {len(told) - _BULLETS} 项没有画出",) if len(told) > _BULLETS else ())
        yield Picture(f"{year}年", bullets.draw(frame, [_bullet(row) for row in told[:_BULLETS]]))


def _bullet(row: dict[str, Any]) -> bullets.Bullet:
    where = f"{row['region']} " if row["region"] else ""
    printed = (row[key] for key in ("target", "target_unit", "target_text", "actual", "actual_unit", "actual_text"))
    return bullets.Bullet(f"{where}{row['indicator']}", row["compared_as"], *printed)


def _rates(database: duckdb.DuckDBPyConnection) -> Iterator[Picture]:
    """The middle one of the rates of a fund's tables: their sums are in other units, and one may hold another's."""
    rows = _asked(database, """SELECT program, year, median(computed_rate)::DECIMAL(9, 2) AS rate, count(*) OVER (PARTITION BY program) AS years
        FROM v_execution WHERE source = 'total' AND computed_rate IS NOT NULL AND year IS NOT NULL AND program IS NOT NULL
        GROUP BY program, year ORDER BY years DESC, program, year""")
    series = [lines.Series(program, [lines.Point(row["year"], row["rate"]) for row in some]) for program, some in groupby(rows, key=lambda row: row["program"])]
    if series:
        yield Picture("", lines.draw(Frame("rates", "历年执行率"), series))


def _funding(database: duckdb.DuckDBPyConnection) -> Iterator[Picture]:
    rows = _asked(database, "SELECT * FROM v_funding_tree ORDER BY root, path")
    trees = [_tree(list(some)) for _, some in groupby(rows, key=lambda row: row["root"])]
    for n, (year, some) in enumerate(groupby(sorted(trees, key=lambda one: one[0], reverse=True), key=lambda one: one[0])):
        roots = [node for _, node in some]
        yield Picture(year or "没有年份", tree.draw(Frame(f"funding-{n}", f"资金的来龙去脉（{year or '没有年份'}）", notes=_more(roots)), roots[:_NODES]))


def _more(roots: Sequence[tree.Node]) -> tuple[str, ...]:
    return (f"另有 {len(roots) - _NODES} 份上级文件没有画出",) if len(roots) > _NODES else ()


def _tree(rows: Sequence[dict[str, Any]]) -> tuple[str, tree.Node]:
    """The tree of one root, which comes first, with the year that the root's number tells. Rows stand in the order of their paths."""
    children: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows[1:]:
        children[row["path"].rpartition(" → ")[0]].append(row)

    def node(row: dict[str, Any]) -> tree.Node:
        below = tuple(node(one) for one in children[row["path"]])
        return tree.Node(" ".join(filter(None, (row["doc_number"], row["title"]))), row["yuan"], below)

    _, opening, rest = rows[0]["doc_number"].partition("〔")
    return rest.partition("〕")[0] + "年" if opening else "", node(rows[0])
