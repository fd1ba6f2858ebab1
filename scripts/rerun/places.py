"""Provinces with their cities and counties as a year knew them, from the division codes of the grammar."""

import csv
from collections import defaultdict
from functools import cache
from typing import NamedTuple

from grammars.grammar import FOLDER

SHORT = {"河北省": "冀", "山西省": "晋", "内蒙古自治区": "内", "辽宁省": "辽", "吉林省": "吉", "黑龙江省": "黑", "江苏省": "苏", "浙江省": "浙", "安徽省": "皖",
         "福建省": "闽", "江西省": "赣", "山东省": "鲁", "河南省": "豫", "湖北省": "鄂", "湖南省": "湘", "广东省": "粤", "广西壮族自治区": "桂", "四川省": "川",
         "贵州省": "黔", "云南省": "云", "西藏自治区": "藏", "陕西省": "陕", "甘肃省": "甘", "青海省": "青", "宁夏回族自治区": "宁", "新疆维吾尔自治区": "新"}
_FEWEST = 4  # counties of a city that divides money among them


class City(NamedTuple):
    name: str
    counties: tuple[str, ...]


class Province(NamedTuple):
    """`short`: the character that its document numbers begin with."""

    name: str
    short: str
    cities: tuple[City, ...]


@cache
def provinces(year: int) -> tuple[Province, ...]:
    """Those that are divided into cities, with the cities of some counties."""
    names: dict[str, str] = {}
    below: defaultdict[str, list[str]] = defaultdict(list)
    with (FOLDER / "regions.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if int(row["from"]) <= year < int(row["to"] or 9999):
                names[row["code"]] = row["name"]
                below[row["parent"]].append(row["code"])
    found = {code: [City(names[c], tuple(names[d] for d in below[c])) for c in below[code] if len(below[c]) >= _FEWEST] for code in below[""]}
    return tuple(Province(names[code], SHORT[names[code]], tuple(cities)) for code, cities in found.items() if names[code] in SHORT)
