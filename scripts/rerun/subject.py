"""What a document is about, drawn from a seed: a fund of a year, who gives it, what it is to reach; and the words it is told in."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import yaml

from scripts.rerun.places import City, Province, provinces

_LEVELS = {"数量指标": "产出指标", "质量指标": "产出指标", "时效指标": "产出指标", "成本指标": "产出指标", "服务对象满意度指标": "满意度指标"}
YEARS = range(2014, 2026)


@cache
def told(name: str) -> Any:
    """The data of `NAME.yaml` beside this module."""
    return yaml.safe_load((Path(__file__).parent / f"{name}.yaml").read_text(encoding="utf-8"))


def figure(cents: int, grouped: bool = False) -> str:
    """A sum of hundredths as it is printed: `1234.5`, grouped `1,234.5`."""
    whole, rest = divmod(cents, 100)
    return (f"{whole:,}" if grouped else str(whole)) + (f".{rest:02}".rstrip("0") if rest else "")


def day(when: date) -> str:
    return f"{when.year}年{when.month}月{when.day}日"


class Goal(NamedTuple):
    """An indicator. `sign`: how its target is told; `met`: 1 more than the target, 0 as much, -1 less; words have neither sign nor unit."""

    kind: str
    name: str
    unit: str
    sign: str
    target: str
    actual: str
    met: int

    @property
    def level(self) -> str:
        return _LEVELS.get(self.kind, "效益指标")


class Subject:
    """The facts of one document; also the slots that its wording is filled from."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.year = rng.choice(YEARS)
        self.fund = rng.choice(list(told("funds")))
        self.about: Mapping[str, Any] = told("funds")[self.fund]
        self.province: Province = rng.choice(provinces(self.year))
        self.city: City | None = rng.choice(self.province.cities) if rng.random() < 0.4 else None
        self.issued = date(self.year, 2, 1) + timedelta(rng.randrange(300))
        self.batch = rng.choice(("", "", "", "（第一批）", "（第二批）", "（第三批）"))
        self.program = f"{self.year}年{rng.choice(('', '', '中央', '省级'))}{self.fund}{self.batch}"
        self.office = _local(self.about["department"])
        self.issuers = self._issuers()
        self.document = self._number(self.city)
        self.basis = self._basis()
        self.goals = [goal for kind, some in self.about["indicators"].items() for goal in _goals(rng, kind, some)]
        self.facts = self._facts()

    def _issuers(self) -> tuple[str, str]:
        if self.city:
            return f"{self.city.name}财政局", self.city.name + self.office
        return f"{self.province.name}财政厅", self.province.name + self.about["department"]

    def _number(self, city: City | None) -> str:
        """The number of a document of the province, or of its city."""
        series = (city.name[0] if city else self.province.short) + self.about["series"] + ("" if city else self.rng.choice(("", "指", "预")))
        return f"{series}〔{self.year}〕{self.rng.randint(3, 980)}号"

    def _basis(self) -> str:
        """The document of the level above, with its number."""
        if self.city:
            givers, number = f"{self.province.name}财政厅　{self.province.name}{self.about['department']}", self._number(None)
        else:
            givers, number = f"财政部　{self.about['ministry']}", f"{self.about['series']}〔{self.year}〕{self.rng.randint(3, 190)}号"
        return f"《{givers}关于下达{self.year}年{self.fund}预算的通知》（{number}）"

    def _facts(self) -> dict[str, Any]:
        first, second, *_ = uses = self.rng.sample(self.about["uses"], len(self.about["uses"]))
        here, below = (self.city.name[-1], "县（市、区）") if self.city else ("区" if "自治区" in self.province.name else "省", "市")
        return {
            "year": self.year, "last": self.year - 1, "next": self.year + 1, "fund": self.fund, "program": self.program, "basis": self.basis, "rules": self.about["rules"],
            "purpose": self.about["purpose"], "some": "、".join(uses[:3]), "first": first, "second": second, "account": self.rng.choice(self.about["accounts"]),
            "received": day(self.issued - timedelta(self.rng.randint(8, 40))), "bureau": self.issuers[0][-1], "lower": below, "below": f"有关{below}", "area": f"全{here}",
            "place": self.city.name if self.city else self.province.name, "finance": self.issuers[0], "office": self.office, "issuer": "　".join(self.issuers),
            "issued": day(self.issued), "document": self.document}

    def __getitem__(self, slot: str) -> Any:
        if slot in self.facts:
            return self.facts[slot]
        least, most = {"days": (5, 60), "percent": (55, 98), "count": (3, 180), "money": (5, 900)}[slot]
        return self.rng.randint(least, most)

    def say(self, wordings: Sequence[str]) -> str:
        """One of several wordings, its slots filled."""
        return self.rng.choice(wordings).format_map(self)

    def some(self, wordings: Sequence[str], least: int, most: int) -> list[str]:
        """Several of them, each once."""
        chosen = self.rng.sample(wordings, min(len(wordings), self.rng.randint(least, most)))
        return [wording.format_map(self) for wording in chosen]


def _local(department: str) -> str:
    """The department's name below the province."""
    return department.removesuffix("厅") + "局" if department.endswith("厅") else department


def _goals(rng: Random, kind: str, listed: Sequence[Sequence[Any]]) -> list[Goal]:
    """Some of the indicators that are listed for a category, in their order."""
    chosen = sorted(rng.sample(range(len(listed)), rng.randint((len(listed) + 1) // 2, len(listed))))
    return [_goal(rng, kind, *listed[n]) for n in chosen]


def _goal(rng: Random, kind: str, name: str, unit: str, least: float = 0, most: float = 0) -> Goal:
    if not most:
        return Goal(kind, name, "", "", unit, unit, 0)
    step = 10 if unit.startswith("万") and most < 1000 else 1
    target = round(least * (most / least) ** rng.random() * step)
    highest = 100 * step if unit == "%" else 2 * target
    if kind == "成本指标":
        actual = target
    elif rng.random() < 0.25:
        actual = max(1, round(target * rng.uniform(0.86, 0.985)))
    else:
        actual = min(highest, round(target * rng.uniform(1, 1.12)))
    sign = "≤" if kind == "成本指标" else rng.choice("≥≥≥ ").strip()
    return Goal(kind, name, unit, sign, f"{target / step:g}" if step > 1 else str(target), f"{actual / step:g}" if step > 1 else str(actual), (actual > target) - (actual < target))
