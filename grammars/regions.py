"""Division codes (GB/T 2260) through time: which place a printed name names.

`regions.csv` is read once; see REGIONS.md for its columns and sources. Nothing here guesses: a name that could mean two
places, or that means none (a development zone has no code), gives None.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import NamedTuple

COLUMNS = ["code", "name", "level", "parent", "from", "to", "successors"]

# 自治 places are called by what stands before their peoples: 木垒哈萨克自治县 is 木垒县.
_PEOPLES = (
    "蒙古 藏 维吾尔 苗 彝 壮 布依 朝鲜 满 侗 瑶 白 土家 哈尼 哈萨克 傣 黎 傈僳 佤 畲 拉祜 水 东乡 纳西 景颇 "
    "柯尔克孜 土 达斡尔 仫佬 羌 布朗 撒拉 毛南 仡佬 锡伯 普米 塔吉克 怒 鄂温克 保安 裕固 独龙 鄂伦春 回 各"
)
_WITHOUT_ZU = "蒙古|维吾尔|哈萨克|柯尔克孜|锡伯|塔吉克"  # those printed without 族 in some names
_PEOPLES_AT_END = re.compile(f"(?<=..)(?:(?:{_PEOPLES.replace(' ', '|')})族|{_WITHOUT_ZU})+$")
_AUTONOMOUS = re.compile("(.+)自治([区州县旗])")
_SUFFIX = re.compile("(..+?)(?:特别行政区|地区|新区|林区|特区|[省市盟县区旗])")

# Customary names that no rule gives. Those of counties count only under a parent: 扎旗 is two places.
_CUSTOMARY = {
    "内蒙": "内蒙古自治区",
    "克州": "克孜勒苏柯尔克孜自治州",
    "博州": "博尔塔拉蒙古自治州",
    "巴州": "巴音郭楞蒙古自治州",
    "版纳州": "西双版纳傣族自治州",
    "锡盟": "锡林郭勒盟",
    "阿盟": "阿拉善盟",
    "塔县": "塔什库尔干塔吉克自治县",
    "察县": "察布查尔锡伯自治县",
    "和丰县": "和布克赛尔蒙古自治县",
    "前郭县": "前郭尔罗斯蒙古族自治县",
    "杜蒙县": "杜尔伯特蒙古族自治县",
    "喀左县": "喀喇沁左翼蒙古族自治县",
    "阜蒙县": "阜新蒙古族自治县",
    "莫旗": "莫力达瓦达斡尔族自治旗",
    "阿旗": "阿鲁科尔沁旗",
    "克旗": "克什克腾旗",
    "翁旗": "翁牛特旗",
    "喀旗": "喀喇沁旗",
    "科左中旗": "科尔沁左翼中旗",
    "科左后旗": "科尔沁左翼后旗",
    "科右前旗": "科尔沁右翼前旗",
    "科右中旗": "科尔沁右翼中旗",
    "察右前旗": "察哈尔右翼前旗",
    "察右中旗": "察哈尔右翼中旗",
    "察右后旗": "察哈尔右翼后旗",
    "新左旗": "新巴尔虎左旗",
    "新右旗": "新巴尔虎右旗",
    "陈旗": "陈巴尔虎旗",
    "东乌旗": "东乌珠穆沁旗",
    "西乌旗": "西乌珠穆沁旗",
    "达茂旗": "达尔罕茂明安联合旗",
    "乌前旗": "乌拉特前旗",
    "乌中旗": "乌拉特中旗",
    "乌后旗": "乌拉特后旗",
    "鄂前旗": "鄂托克前旗",
    "准旗": "准格尔旗",
    "达旗": "达拉特旗",
    "伊旗": "伊金霍洛旗",
}

# Words for a part of any town; names of a place only directly under a town that has one then (阳泉市城区).
_COMMON_WORDS = frozenset(
    ["城区", "郊区", "矿区", "市区", "新区", "东区", "西区", "南区", "北区", "新城区", "老城区", "新市区", "市中区", "中市区", "城中区"]
)

# In running text a short name counts at the start, right after another place, or after one of these:
# 沿海城市 is not 海城市, 长江西岸 not 江西.
_BEFORE_A_PLACE = (
    "关于", "下达", "拨付", "预拨", "追加", "安排", "调整", "核定", "结算", "清算", "收回", "支持", "给予", "补助", "批复", "同意", "印发",
    "转发", "通报", "上报", "报送", "申请", "做好", "加强", "开展", "中共", "驻", "对", "给", "向", "在", "由", "为", "援", "年", "年度",
    "银行", "总局", "及", "与", "和", "、", "，", "。", "：", "；", "（", "(", "《", "“", "〔",
)


class Division(NamedTuple):
    """A code under one name, in force from `start` (inclusive) to `end` (exclusive; None while in force)."""

    code: str
    name: str
    level: str
    parent: str
    start: int
    end: int | None
    successors: tuple[str, ...]

    @property
    def line(self) -> tuple[str, ...]:
        """Its own code, its parent's and its province's."""
        return self.code, self.parent, f"{self.code[:2]}0000"


_Names = dict[str, list[Division]]
_Test = Callable[[Division], bool]


@dataclass(frozen=True)
class Regions:
    """The table, with lookups by name. Made by `load_regions`."""

    divisions: tuple[Division, ...] = field(repr=False)

    def name(self, code: str) -> str:
        """The latest name of a code; KeyError for a code that never was."""
        return self._by_code[code].name

    def parents(self, code: str) -> tuple[str, ...]:
        """The codes above, nearest first: 652328 → (652300, 650000). KeyError for a code that never was."""
        parent = self._by_code[code].parent
        return (parent, *self.parents(parent)) if parent else ()

    def resolve(self, name: str, *, within: str | None = None, year: int | None = None) -> str | None:
        """The code of the place that `name` names, or None.

        `within` is the code of the context: the name must be that place, one under it, one above it, or a
        province. Only there do names without suffix (木垒; 喀什 is the prefecture before the city) and customary
        county names (塔县) count; without it a name must be the only such in the country. A province needs neither
        suffix nor context (江苏).

        With `year` the divisions of that year's end count, then those of the year before, since papers of the year
        of a change have both names; before 1993 there are none. Without it those in force now count, then, for a
        name that no place has now, those that had it (南康市 → 360782); of several in succession, the last.

        KeyError for a `within` that never was a code.
        """
        name = "".join(name.split())
        context = () if within is None else (within, *self.parents(within))
        return self._whole(name, context, year) or self._in_parts(name, within, year)

    def find_context(self, text: str) -> str | None:
        """The most specific place that a title or an issuer's name begins with or names, or None.

        关于宣汉县2023年… → 511722, 甘肃省财政厅 → 620000, 财政部 → None. Of several places the one that lies in all the
        others; if they stand side by side (甲县、乙县) the nearest place above them, else the one the text begins with.
        """
        found = list(self._scan(text))
        codes = dict.fromkeys(code for _, code in found)
        lines = [(code, *self.parents(code)) for code in codes]
        for line in lines:
            if all(other[0] in line for other in lines):
                return line[0]
        shared = [code for code in lines[0] if all(code in line for line in lines)] if lines else []
        begins = [code for start, code in found if start == 0]
        return next(chain(shared, begins), None)

    # One name.

    def _whole(self, name: str, context: tuple[str, ...], year: int | None) -> str | None:
        now, past = _moments(year)
        here = _scope(context)
        full = [d for d in self._full.get(name, ()) if here(d)]
        current = [d for d in full if now(d)]
        if name in _COMMON_WORDS:
            return self._only([d for d in current if d.parent in context[:1]])
        if current:
            return self._only(current)
        # 东乡县 was a county of 江西 and is what 东乡族自治县 is called: neither outranks the other.
        short = [d for d in self._short.get(name, ()) if here(d) and (now(d) or past(d))]
        others = [d for d in full if past(d)] + short
        return self._only(others) if others else self._bare_name(name, context, (now, past))

    def _bare_name(self, name: str, context: tuple[str, ...], moments: tuple[_Test, _Test]) -> str | None:
        named = self._bare.get(name, [])
        for moment in moments:
            inside = [d for d in named if moment(d) and context and (context[0] in d.line or d.code in context)]
            if inside:
                return self._only(_before_its_city(inside, context))
        return self._only([d for d in named if d.level == "province" and any(moment(d) for moment in moments)])

    def _only(self, found: list[Division]) -> str | None:
        """The one place among these, a place and what it became counting as the latter."""
        codes = {division.code for division in found}
        last = {code for code in codes if not codes & self._became(code)}
        return last.pop() if len(last) == 1 else None

    def _became(self, code: str) -> set[str]:
        seen: set[str] = set()
        ahead = [code]
        while ahead:
            division = self._by_code[ahead.pop()]
            ahead += [c for c in division.successors if c not in seen]
            seen.update(division.successors)
        return seen - {code}

    def _in_parts(self, name: str, within: str | None, year: int | None) -> str | None:
        """昌吉州木垒县: the longest beginning that is a place, and a place under it."""
        context = () if within is None else (within, *self.parents(within))
        for cut in range(len(name) - 2, 1, -1):
            outer = self._whole(name[:cut], context, year)
            inner = outer and self.resolve(name[cut:], within=outer, year=year)
            if outer and inner and outer in self.parents(inner):
                return inner
        return None

    # Names in running text.

    def _scan(self, text: str) -> Iterator[tuple[int, str]]:
        """Where a place is named, and its code, from left to right, each read in the light of the one before."""
        at, place_end = 0, 0
        context: str | None = None
        while at < len(text):
            end, code = self._place_at(text, at, at == place_end, context)
            if code is not None:
                yield at, code
                context, place_end = code, end
            at = end

    def _place_at(self, text: str, at: int, beside: bool, context: str | None) -> tuple[int, str | None]:
        for length in self._lengths.get(text[at : at + 2], ()):
            name, end = text[at : at + length], at + length
            if name not in self._printed or self._is_rank(name, text[end : end + 1]):
                continue
            if _stands_free(name, text, at, beside) and (code := self._in_light_of(context, name)):
                return end, code
        return at + 1, None

    def _is_rank(self, name: str, after: str) -> bool:
        """河南县级 is about counties of 河南 and names no 河南县; 吉林市县 neither 吉林市."""
        if name[:-1] in self._province_names:
            return name[-1] in "市州县" and after in {"级", "域", "县"}
        return name[-1] in "县区" and after in {"级", "域"}

    def _in_light_of(self, context: str | None, name: str) -> str | None:
        """In the place read before, else in one above it, else in the country; but 天津、河北 are two provinces."""
        if context is None or name in self._province_names:
            return self._whole(name, (), None)
        around = (context, *self.parents(context))
        tries = (self._whole(name, around[i:], None) for i in range(len(around) + 1))
        return next((code for code in tries if code), None)

    # Indexes, each made when first asked for.

    @cached_property
    def _by_code(self) -> dict[str, Division]:
        return {d.code: d for d in sorted(self.divisions, key=lambda d: d.start)}

    @cached_property
    def _full(self) -> _Names:
        return _index((d.name, d) for d in self.divisions)

    @cached_property
    def _short(self) -> _Names:
        """Short forms that keep a suffix and may stand alone: 昌吉州, 木垒县, 新疆自治区, 克州."""
        customary = ((form, d) for form, d in self._customary() if d.level == "prefecture")
        return _index(chain(((form, d) for d in self.divisions for form in _autonomous_forms(d.name)), customary))

    @cached_property
    def _bare(self) -> _Names:
        """Forms that need a context, unless a province's: 木垒, 喀什, 江苏, 塔县."""
        customary = ((form, d) for form, d in self._customary() if d.level != "prefecture")
        return _index(chain(((form, d) for d in self.divisions if (form := _bare(d.name))), customary))

    def _customary(self) -> Iterator[tuple[str, Division]]:
        return ((form, d) for form, name in _CUSTOMARY.items() for d in self._full.get(name, ()))

    @cached_property
    def _province_names(self) -> frozenset[str]:
        return frozenset(form for form, found in self._bare.items() if any(d.level == "province" for d in found))

    @cached_property
    def _printed(self) -> frozenset[str]:
        """The names looked for in running text: all but bare ones of prefectures and counties."""
        return self._province_names | self._full.keys() | self._short.keys() | _CUSTOMARY.keys()

    @cached_property
    def _lengths(self) -> dict[str, list[int]]:
        """First two characters → lengths of the names that begin so, longest first."""
        lengths: dict[str, set[int]] = defaultdict(set)
        for name in self._printed:
            lengths[name[:2]].add(len(name))
        return {start: sorted(found, reverse=True) for start, found in lengths.items()}


def _index(pairs: Iterable[tuple[str, Division]]) -> _Names:
    names: _Names = defaultdict(list)
    for name, division in pairs:
        names[name].append(division)
    return dict(names)


def _autonomous_forms(name: str) -> tuple[str, ...]:
    """木垒哈萨克自治县 → 木垒县, 木垒自治县; 广西壮族自治区 → 广西自治区."""
    if "自治" not in name or not (match := _AUTONOMOUS.fullmatch(name)):
        return ()
    base, kind = _without_peoples(match[1]), match[2]
    forms = [f"{base}自治{kind}", f"{base}{kind}"] if kind != "区" else [f"{base}自治区"]
    return tuple(form for form in forms if form != name)


def _bare(name: str) -> str | None:
    """宣汉县 → 宣汉, 昌吉回族自治州 → 昌吉; None for 忠县, whose bare name is one character."""
    match = _AUTONOMOUS.fullmatch(name) if "自治" in name else None
    if match:
        return _without_peoples(match[1])
    match = _SUFFIX.fullmatch(name)
    return match[1] if match else None


def _without_peoples(base: str) -> str:
    """What stands before the peoples; 东乡族 and 鄂温克族 are both, and lose 族."""
    return _PEOPLES_AT_END.sub("", base).removesuffix("族")


def _moments(year: int | None) -> tuple[_Test, _Test]:
    """Which divisions count first, and which for a name that none of the first has."""
    if year is None:
        return (lambda d: d.end is None), (lambda d: d.end is not None)
    return (lambda d: _in_force(d, year)), (lambda d: _in_force(d, year - 1))


def _in_force(division: Division, year: int) -> bool:
    return division.start <= year and (division.end is None or year < division.end)


def _scope(context: tuple[str, ...]) -> _Test:
    if not context:
        return lambda d: True
    return lambda d: context[0] in d.line or d.code in context or d.level == "province"


def _before_its_city(found: list[Division], context: tuple[str, ...]) -> list[Division]:
    """喀什 in 新疆 is the prefecture, not the city in it; but 昌吉 in 昌吉州 may be either."""
    if any(d.code in context for d in found):
        return found
    return [d for d in found if d.level == "prefecture"] or found


def _stands_free(name: str, text: str, at: int, beside: bool) -> bool:
    """Whether so short a name can be taken for one here. `beside`: at the start or right after another place."""
    if beside and at:
        return True
    if name in _COMMON_WORDS:
        return False
    return not at or len(name) > 3 or name[-1] == "省" or text[:at].rstrip().endswith(_BEFORE_A_PLACE)


# Reading the table.


def load_regions(path: Path) -> Regions:
    """Read the table. ValueError, naming file, line and reason, for a row wrong in itself or beside the others."""
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.reader(lines))
    if rows[:1] != [COLUMNS]:
        raise ValueError(f"{path}:1: the head must be {','.join(COLUMNS)}")
    for number, row in enumerate(rows[1:], start=2):
        if fault := _fault(row):
            raise ValueError(f"{path}:{number}: {fault}")
    divisions = tuple(map(_division, rows[1:]))
    for number, fault in _faults_together(divisions):
        raise ValueError(f"{path}:{number}: {fault}")
    return Regions(divisions)


def _division(row: list[str]) -> Division:
    code, name, level, parent, start, end, successors = row
    became = tuple(successors.split(";")) if successors else ()
    return Division(code, name, level, parent, int(start), int(end) if end else None, became)


def _fault(row: list[str]) -> str | None:
    """What is wrong with a row by itself."""
    if len(row) != len(COLUMNS):
        return f"{len(row)} cells instead of {len(COLUMNS)}"
    code, name, level, parent, start, end, successors = row
    if not _is_code(code):
        return f"code {code!r} is not six digits"
    if not _NAME.fullmatch(name):
        return f"name {name!r} is not Chinese characters alone"
    if level != _level(code):
        return f"level {level!r} of a code that is a {_level(code)}'s"
    if parent not in _possible_parents(code, level):
        return f"parent {parent!r} cannot be above {code}"
    return _fault_of_years(start, end) or _fault_of_successors(end, successors)


def _fault_of_years(start: str, end: str) -> str | None:
    if not _YEAR.fullmatch(start):
        return f"from {start!r} is not a year"
    if end and not (_YEAR.fullmatch(end) and start < end):
        return f"to {end!r} is not a year after {start}"
    return None


def _fault_of_successors(end: str, successors: str) -> str | None:
    if successors and not end:
        return "successors of a code in force"
    if successors and not all(map(_is_code, successors.split(";"))):
        return f"successors {successors!r} are not codes joined by ;"
    return None


def _faults_together(divisions: tuple[Division, ...]) -> Iterator[tuple[int, str]]:
    """Line and reason for rows that are wrong beside the others."""
    codes = {division.code for division in divisions}
    seen: dict[str, list[Division]] = defaultdict(list)
    for number, division in enumerate(divisions, start=2):
        for code in (division.parent, *division.successors):
            if code and code not in codes:
                yield number, f"{code} has no row"
        if any(_overlap(division, other) for other in seen[division.code]):
            yield number, f"{division.code} has another row for these years"
        seen[division.code].append(division)


def _overlap(one: Division, other: Division) -> bool:
    first, second = sorted((one, other), key=lambda d: d.start)
    return first.end is None or second.start < first.end


_NAME = re.compile("[\u3400-\u9fff]{2,}")
_YEAR = re.compile("(?:19|20)[0-9]{2}")
_CODE = re.compile("[1-9][0-9]{5}")


def _is_code(text: str) -> bool:
    return _CODE.fullmatch(text) is not None


def _level(code: str) -> str:
    if code.endswith("0000"):
        return "province"
    return "prefecture" if code.endswith("00") else "county"


def _possible_parents(code: str, level: str) -> tuple[str, ...]:
    """A province has none, a prefecture its province; some counties (济源 419001) have their province too."""
    province = f"{code[:2]}0000"
    return {"province": ("",), "prefecture": (province,), "county": (province, f"{code[:4]}00")}[level]
