"""`gongwen correct`: write a correction, take in those of a file, list them, turn one into an example."""

import argparse
import shlex
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.commands.common import Commands, output
from pipeline.errors import UsageError
from pipeline.terminal import printable

if TYPE_CHECKING:  # what a command needs is imported when it is called
    from extractors.reading import Reading
    from extractors.record import Record
    from pipeline.corrections.correction import Correction
    from pipeline.corrections.make import Choice, Maker
    from pipeline.corrections.places import Stretch

_CHOICES = 60
_AGAIN = "重新运行 gongwen run 后生效"
_STANDINGS = {"applied": "已采用", "confirmed": "已无需要", "conflict": "有冲突", "unplaced": "找不到位置", "replaced": "被后来的取代", "waiting": "待运行"}
_EPILOG = """字段：doc_type，header.title，amounts.value，allocations.rows.values[金额] …；整项（amounts）的值为对象（改写或补漏）或 null（删去）。
位置：b8、b8:98-106（块和起止），t1:3、t1:3:2（表、行、列，从 0 数，同结果中的 evidence），或该处印出的文字。"""


def add(commands: Commands) -> None:
    parser = commands.add_parser("correct", help="更正一处结果；更正在每次运行时重新采用", epilog=_EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("words", nargs="*", metavar="DOCUMENT FIELD VALUE", help="结果（文件名或编号）、字段、正确的值")
    parser.add_argument("--at", metavar="PLACE", help="哪一处；字段只有一处时可以省略")
    parser.add_argument("--reason", metavar="TEXT", help="为什么更正")
    parser.add_argument("--who", metavar="NAME", help="更正人（默认系统用户名）")
    ways = parser.add_mutually_exclusive_group()
    ways.add_argument("--import", dest="taken", type=Path, metavar="FILE", help="导入一个文件中的更正（如核对页下载的）")
    ways.add_argument("--list", dest="listed", action="store_true", help="列出更正和它们的现状：--list [DOCUMENT]")
    ways.add_argument("--as-example", dest="example", action="store_true", help="把更正变成标准答案或规则的例子：--as-example DOCUMENT [FIELD]")
    parser.add_argument("--golden", type=Path, metavar="FOLDER", help="写入这个标准答案文件夹")
    parser.add_argument("--force", action="store_true", help="覆盖已有的标准答案")
    parser.add_argument("--rule", metavar="NAME", help="作为这条规则的例子，如 amounts.money")
    parser.add_argument("--gives", action="append", default=[], metavar="GROUP=TEXT", help="例子中规则的一组应得的文字；可重复")
    parser.add_argument("--grammar", type=Path, metavar="FOLDER", help="把例子加入这个语法文件夹（默认只打印）")
    parser.add_argument("--corrections", type=Path, default=Path("corrections"), metavar="FOLDER", help="更正文件夹（默认 corrections）")
    output(parser)
    parser.set_defaults(call=call)


def call(given: argparse.Namespace) -> int:
    """The exit code: 2 where it is left open what is meant."""
    from pipeline.corrections.make import Several

    try:
        if given.taken:
            return _take_in(given)
        if given.listed:
            return _list(given)
        return _example(given) if given.example else _write(given)
    except Several as open_:
        return _choose(open_.reason, open_.choices)


def _choose(reason: str, choices: "list[Choice]") -> int:
    """What there is to choose from, each as it is to be written."""
    print(f"gongwen: {printable(reason)}", file=sys.stderr)
    for choice in choices[:_CHOICES]:
        value = f" = {choice.value}" if choice.value else ""
        print(printable(f"  --at {shlex.quote(choice.place)}  {choice.called}{value}"), file=sys.stderr)
    if len(choices) > _CHOICES:
        print(f"  …… 另有 {len(choices) - _CHOICES} 处", file=sys.stderr)
    return 2


# --- write -------------------------------------------------------------------------------------------------------------


def _write(given: argparse.Namespace) -> int:
    from pipeline.corrections.correction import load
    from pipeline.corrections.files import append
    from pipeline.corrections.make import Maker
    from pipeline.corrections.standing import standings
    from pipeline.corrections.tell import said, what

    _refuse(given, "golden", "force", "rule", "gives", "grammar")
    if len(given.words) != 3:
        raise UsageError("请依次写明 DOCUMENT FIELD VALUE，例如 gongwen correct 通知.txt header.title 正确的标题 --reason 原文印作如此")
    if not (given.reason or "").strip():
        raise UsageError("请用 --reason 写明为什么更正")
    document, field, value = given.words
    record, reading = _result(document, given.output)
    maker = Maker(record, reading)
    line = maker.make(field, value, given.at, given.reason, given.who or _user(), _now())
    standing = load(given.corrections).of(record.id, record.source.path)  # a wrong line stops here, before another is added
    if line.value == maker.now(line) and "waiting" not in standings(standing, record):
        raise UsageError(f"{line.field} 现在已是{said(line.value)}，没有写入")
    path = append(given.corrections, [line])
    print(printable(f"{what(line)}：{said(maker.now(line))} → {said(line.value)}，已写入 {path}；{_AGAIN}"))
    return 0


def _refuse(given: argparse.Namespace, *options: str) -> None:
    """Options of another way to call the command are not passed over."""
    for option in options:
        if getattr(given, option):
            raise UsageError(f"{'DOCUMENT' if option == 'words' else f'--{option}'} 在这里没有用处")


def _result(document: str, folder: Path) -> "tuple[Record, Reading]":
    """A result with the reading its evidence points into. `UsageError`: they are not there, or not of one another."""
    from pipeline import results, show

    record = show.load(show.find(document, folder))
    return record, results.reading(folder, record.source.path, record.source.sha256)


def _user() -> str:
    import getpass

    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError) as error:
        raise UsageError("不知道系统用户名，请用 --who 写明更正人") from error


def _now() -> str:
    from datetime import datetime

    return datetime.now().astimezone().isoformat(timespec="seconds")


# --- take in, list -----------------------------------------------------------------------------------------------------


def _take_in(given: argparse.Namespace) -> int:
    from pipeline.corrections.files import append, gathered, new

    _refuse(given, "words", "at", "reason", "who", "golden", "force", "rule", "gives", "grammar")
    some = gathered(given.taken)
    fresh = new(given.corrections, some)
    told = f"，已有的 {len(some) - len(fresh)} 条略过" if len(some) > len(fresh) else ""
    if fresh:
        path = append(given.corrections, fresh)
        print(printable(f"导入更正 {len(fresh)} 条{told}，已写入 {path}；{_AGAIN}"))
    else:
        print(printable(f"{given.taken} 中没有新的更正{told}"))
    return 0


def _list(given: argparse.Namespace) -> int:
    from pipeline.corrections.correction import load
    from pipeline.corrections.standing import standings

    _refuse(given, "at", "reason", "who", "golden", "force", "rule", "gives", "grammar")
    if len(given.words) > 1:
        raise UsageError("--list 后面最多写一份文件")
    corrections = load(given.corrections)
    wanted = _wanted(given.words[0], given.output) if given.words else None
    lines = corrections.of(*wanted) if wanted else corrections.lines
    for document, some in _by_document(lines).items():
        record = _found(some[0], given.output)
        print(printable(f"{record.source.path if record else document}{'' if record else '（没有结果）'}"))
        for line, standing in zip(some, standings(some, record), strict=True):
            print(printable(f"  {_STANDINGS[standing]}  {_told(line)}"))
    print(f"更正 {len(lines)} 条")
    return 0


def _wanted(document: str, folder: Path) -> tuple[str, str]:
    """Id and name of the result a person names."""
    from pipeline import show

    record = show.load(show.find(document, folder))
    return record.id, record.source.path


def _by_document(lines: "Iterable[Correction]") -> "Mapping[str, list[Correction]]":
    found: dict[str, list[Correction]] = {}
    for line in lines:
        found.setdefault(line.document.id or line.document.name or "", []).append(line)
    return found


def _found(line: "Correction", folder: Path) -> "Record | None":
    """The result of a line's document: under its name, else, if it was renamed, by its id."""
    from pipeline import show
    from pipeline.store import record_path

    try:
        path = record_path(folder, line.document.name) if line.document.name else None
        if path and path.is_file() and (not line.document.id or show.load(path).id == line.document.id):
            return show.load(path)
        return show.load(show.find(line.document.id or line.document.name or "", folder))
    except UsageError:
        return None


def _told(line: "Correction") -> str:
    from pipeline.corrections.tell import said, what

    was = f"{said(line.was)} → " if line.knew else "→ "
    return f"{what(line)}：{was}{said(line.value)}（{line.who}，{line.when}：{line.reason}）"


# --- examples ----------------------------------------------------------------------------------------------------------


def _example(given: argparse.Namespace) -> int:
    from pipeline.corrections.correction import load
    from pipeline.corrections.standing import standings

    _refuse(given, "reason", "who")
    if not 1 <= len(given.words) <= 2:
        raise UsageError("请写 gongwen correct --as-example DOCUMENT [FIELD]，并用 --golden 或 --rule 指明变成什么")
    if bool(given.golden) == bool(given.rule):
        raise UsageError("请用 --golden FOLDER 或 --rule NAME 指明变成标准答案还是规则的例子")
    record, reading = _result(given.words[0], given.output)
    lines = load(given.corrections).of(record.id, record.source.path)
    told = standings(lines, record)
    if not lines or "waiting" in told:
        raise UsageError(f"{record.source.path} " + ("有尚未采用的更正，请先运行 gongwen run" if lines else "没有更正"))
    field = given.words[1] if len(given.words) > 1 else None
    chosen = [line for line, standing in zip(lines, told, strict=True) if standing not in ("replaced", "unplaced") and _within(line.field, field)]
    if not chosen:
        raise UsageError(f"{record.source.path} 没有采用 {field} 的更正" if field else f"{record.source.path} 的更正都没有采用")
    return _as_golden(given, record, field) if given.golden else _as_rule(given, record, reading, chosen)


def _within(name: str, wanted: str | None) -> bool:
    return wanted is None or name == wanted or name.startswith((f"{wanted}.", f"{wanted}["))


def _as_golden(given: argparse.Namespace, record: "Record", field: str | None) -> int:
    from pipeline.corrections.examples import write_golden

    _refuse(given, "at", "gives", "grammar")
    path = write_golden(record, given.golden, field.partition(".")[0] if field else None, given.force)
    print(printable(f"已写入 {path}；请对照原文核对后再收入标准答案"))
    return 0


def _as_rule(given: argparse.Namespace, record: "Record", reading: "Reading", chosen: "list[Correction]") -> int:
    from grammars.grammar import FOLDER, load
    from pipeline.corrections.examples import add_example, find_rule, holds, made
    from pipeline.corrections.make import Maker

    _refuse(given, "force")
    maker = Maker(record, reading)
    grammar = load(given.grammar or FOLDER)
    rule = find_rule(grammar, given.rule)
    line, at = _one(chosen, maker, given.at)
    example = made(line, maker.places, at, rule, dict(_pairs(given.gives)))
    print(printable(f"{rule.name} 的{'例子' if example.kind == 'examples' else '反例'}：- {example.yaml}"))
    if given.grammar:
        added = add_example(given.grammar, rule, example)
        print(printable(f"已加入 {given.grammar / rule.file}" if added else f"{given.grammar / rule.file} 中已有这个例子"))
    if not holds(grammar, rule, example):
        print("规则现在还不符合这个例子：改好规则之前 gongwen grammar check 不会通过")
    return 0


def _one(chosen: "list[Correction]", maker: "Maker", place: str | None) -> "tuple[Correction, Stretch]":
    """The one correction that is meant, with its place."""
    from pipeline.corrections.make import Choice, Several
    from pipeline.corrections.tell import said

    placed = [(line, maker.places.find(line.locator)) for line in chosen if line.locator]
    some = list(maker.at(place)) if place else []
    met = [(line, at) for line, at in placed if not some or any(at.meets(one) for one in some)]
    if not placed:
        raise UsageError("这条更正没有出处，不能变成例子")
    if len(met) != 1:
        choices = [Choice(maker.named(at), line.field, said(line.value)) for line, at in placed]
        raise Several(f"有 {len(met)} 条更正，请写明字段，或用 --at 指明是哪一条", choices)
    return met[0]


def _pairs(told: Iterable[str]) -> Iterator[tuple[str, str]]:
    for one in told:
        name, sign, text = one.partition("=")
        if not sign or not name:
            raise UsageError(f"--gives 应写作 组=文字，而不是“{one}”")
        yield name, text
