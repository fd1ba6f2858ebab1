"""A comparison as one HTML page that stands alone: totals, a list of the documents, then each document's changes, old beside new.

The page needs no script and no address, and says so to the browser: nothing in a document's text can run or be fetched.
"""

from collections.abc import Iterable, Iterator, Mapping
from html import escape

from pipeline.compare.changes import Change
from pipeline.compare.comparison import Comparison
from pipeline.compare.contrast import Parts, cut
from pipeline.compare.places import Spot
from pipeline.compare.totals import Tally, Totals
from pipeline.compare.words import COUNTED_FROM, GROUPS, KINDS, MARKS, NOTHING, gist, good, is_whole, label, nothing, sides, urgent_first
from pipeline.terminal import printable

_ROOM = 400  # characters of a value
_CLASSES = {True: "good", False: "bad", None: "other"}
_STYLE = """
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem; max-width: 80rem; background: #fff; color: #1a1a1a;
  font: 1rem/1.6 system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "WenQuanYi Zen Hei", sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.6rem; margin: 0 0 .5rem; } h2 { font-size: 1.25rem; margin: 2.5rem 0 .5rem; } h3 { font-size: 1.05rem; margin: 2rem 0 .5rem; }
a { color: #0b57a4; } p { margin: .25rem 0; }
table { border-collapse: collapse; margin: 1rem 0; } caption { text-align: left; font-weight: bold; padding-bottom: .25rem; }
th, td { border-bottom: 1px solid #d5d5d5; padding: .35rem .6rem; text-align: left; vertical-align: top; } th { font-weight: normal; }
thead th { border-bottom: 2px solid #767676; color: #4a4a4a; white-space: nowrap; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.changes { width: 100%; table-layout: fixed; } .changes thead th:nth-child(1) { width: 22%; } .changes thead th:nth-child(4) { width: 15%; }
.kind { font-weight: bold; white-space: nowrap; } .good .kind { color: #176b2c; } .bad .kind { color: #b3140b; } .other .kind { color: #7a5200; }
.value { white-space: pre-wrap; } mark { background: #ffe9a8; color: inherit; padding: 0 .1em; } .none { color: #595959; }
.code, .place, .note { color: #595959; font-size: .85rem; } .code { font-family: ui-monospace, monospace; } .about, .place { display: block; }
bdi { unicode-bidi: isolate; }
@media (max-width: 44rem) {
  body { padding: 1rem; }
  .changes, .changes tbody, .changes tr, .changes th, .changes td { display: block; width: auto; } .changes thead { position: absolute; clip-path: inset(50%); }
  .changes tr { border-bottom: 2px solid #767676; padding: .5rem 0; } .changes th, .changes td { border: 0; padding: .15rem 0; }
  .changes td[data-head]:not(:empty)::before { content: attr(data-head) "："; color: #595959; font-size: .85rem; }
}
@media print { body { max-width: none; padding: 0; font-size: 10pt; } tr, h3 { break-inside: avoid; } h3 { break-after: avoid; } a { color: inherit; } }
"""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def pieces(comparison: Comparison, old: str = "", new: str = "") -> Iterator[str]:
    """The page in pieces, a few for each document. `old` and `new` name the two results."""
    yield ('<!doctype html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">\n<meta name="viewport" content="width=device-width, initial-scale=1">\n'
           f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n<title>比较结果</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n')
    yield from _head(comparison.totals, old, new)
    yield "<main>\n"
    if comparison.totals.touched:
        yield from _totals(comparison.totals)
        yield from _contents(comparison)
        yield from (_document(n, name, changes) for n, (name, changes) in enumerate(comparison.documents(), 1))
    yield "</main>\n</body>\n</html>\n"


def _head(totals: Totals, old: str, new: str) -> Iterator[str]:
    yield "<header>\n<h1>比较结果</h1>\n"
    if old or new:
        yield f"<p>原：{_text(old)}<br>新：{_text(new)}</p>\n"
    touched = f"有变化 {totals.touched:,} 份" if totals.touched else "没有变化"
    yield f'<p>比较 {totals.compared:,} 份文件，{touched}。</p>\n<p class="note">{COUNTED_FROM}。</p>\n</header>\n'


def _totals(totals: Totals) -> Iterator[str]:
    yield '<section aria-labelledby="totals">\n<h2 id="totals">合计</h2>\n'
    yield _tallies("总数", "类别", {GROUPS[group]: tally for group, tally in totals.groups.items() if tally.total})
    yield _tallies("按字段", "字段", {f"{label(name)} {_code(name)}": tally for name, tally in sorted(totals.fields.items())})
    if totals.rules:
        unruled = {"（不由规则决定）": totals.unruled} if totals.unruled.total else {}
        yield _tallies("按规则", "规则", {_code(name): tally for name, tally in sorted(totals.rules.items())} | unruled)
    yield "</section>\n"


def _tallies(caption: str, head: str, tallies: Mapping[str, Tally]) -> str:
    """A table of counts; the names of `tallies` are HTML."""
    rows = ((name, (t.gained, t.lost, t.changed, t.documents)) for name, t in tallies.items())
    return _counts(caption, (head, *KINDS.values(), "文件"), rows)


def _counts(caption: str, heads: Iterable[str], rows: Iterable[tuple[str, tuple[int, ...]]]) -> str:
    first, *rest = heads
    head = f'<th scope="col">{first}</th>' + "".join(f'<th scope="col" class="number">{name}</th>' for name in rest)
    body = "".join(f'<tr><th scope="row">{name}</th>{"".join(_count(n) for n in counts)}</tr>\n' for name, counts in rows)
    return f"<table>\n<caption>{caption}</caption>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody>\n</table>\n"


def _count(n: int) -> str:
    return f'<td class="number">{n:,}</td>'


def _contents(comparison: Comparison) -> Iterator[str]:
    """The documents with their counts, each leading to its changes."""
    yield '<section aria-labelledby="documents">\n<h2 id="documents">有变化的文件</h2>\n<table>\n<thead><tr><th scope="col">文件</th>'
    yield "".join(f'<th scope="col" class="number">{word}</th>' for word in KINDS.values()) + "</tr></thead>\n<tbody>\n"
    for n, (name, changes) in enumerate(comparison.documents(), 1):
        counts = "".join(_count(sum(change.kind == kind for change in changes)) for kind in KINDS)
        yield f'<tr><th scope="row"><a href="#d{n}">{_text(name)}</a></th>{counts}</tr>\n'
    yield "</tbody>\n</table>\n</section>\n"


def _document(n: int, name: str, changes: list[Change]) -> str:
    """Roles are told although elements have them: styled as blocks on a narrow screen, a table is none to some browsers."""
    heads = "".join(f'<th scope="col" role="columnheader">{head}</th>' for head in ("变化", "原", "新", "规则"))
    rows = "".join(map(_row, urgent_first(changes)))
    return (f'<section aria-labelledby="d{n}">\n<h3 id="d{n}">{_text(name)}</h3>\n<table class="changes" role="table">\n'
            f'<thead role="rowgroup"><tr role="row">{heads}</tr></thead>\n<tbody role="rowgroup">\n{rows}</tbody>\n</table>\n</section>\n')


def _row(change: Change) -> str:
    old, new = _values(change)
    cells = (("原", old + _place(change.old_place, change.old_text)), ("新", new + _place(change.new_place, change.new_text)),
             ("规则", "<br>".join(map(_code, change.rules))))
    return (f'<tr role="row" class="{_CLASSES[good(change)]}"><th scope="row" role="rowheader">{_what(change)}</th>'
            + "".join(f'<td role="cell" data-head="{head}">{cell}</td>' for head, cell in cells) + "</tr>\n")


def _what(change: Change) -> str:
    about = "".join(f'<span class="about">{_text(cut(one, _ROOM))}</span>' for one in change.about)
    return f'<span class="kind">{MARKS[change.kind]} {KINDS[change.kind]}</span> {label(change.field)} {_code(change.field)}{about}'


def _values(change: Change) -> tuple[str, str]:
    """Both values; where they are long and nearly the same, the difference is marked."""
    if is_whole(change):
        whole = f'<span class="value">{_text(cut(gist(change), _ROOM))}</span>'
        return (_none(), whole) if change.old is None else (whole, _none())
    old, new = (_none() if nothing(value) else f'<span class="value">{_marked(parts)}</span>'
                for parts, value in zip(sides(change, _ROOM), (change.old, change.new), strict=True))
    return old, new


def _none() -> str:
    return f'<span class="none">{NOTHING}</span>'


def _marked(parts: Parts) -> str:
    if not parts.before and not parts.after or not parts.own:
        return _text("".join(parts))
    return f"{_text(parts.before)}<mark>{_text(parts.own)}</mark>{_text(parts.after)}"


def _place(spot: Spot | None, text: str | None) -> str:
    return "" if spot is None else f'<span class="place">{_text(spot.told)}{f"「{_text(text)}」" if text else ""}</span>'


def _code(name: str) -> str:
    """A name of a program, which may break at its joints."""
    return f'<span class="code">{_text(name).replace(".", ".<wbr>").replace("_", "_<wbr>")}</span>'


def _text(text: str) -> str:
    """Text of a document: no markup, no character that turns or hides what is beside it; its lines kept."""
    return f"<bdi>{escape(chr(10).join(map(printable, text.split(chr(10)))))}</bdi>"
