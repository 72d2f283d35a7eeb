"""The interface's words in one language, and how people there write numbers, dates and differences.

Data texts (names, definitions, printed strings) are never translated; they come in the catalogue's own languages.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import cache
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

from monitor.catalogue.models import Language, Text
from monitor.catalogue.regions import Region
from monitor.report.counted import REGIONS
from monitor.report.figures import Figure

try:
    from yaml import CSafeLoader  # a third of a second sooner at each start
except ImportError:
    from yaml import SafeLoader as CSafeLoader

MINUS = "\u2212"
_COMPARATORS = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<"}
# unit → (from this size on, divided by, printed unit); the first that fits
_SCALES: Mapping[Language, Mapping[str, tuple[tuple[float, float, str], ...]]] = {
    "zh": {
        "人": ((1e8, 1e8, "亿人"), (1e4, 1e4, "万人")),
        "万人": ((1e4, 1e4, "亿人"),),
        "人次": ((1e4, 1e4, "万人次"),),
        "万人次": ((1e4, 1e4, "亿人次"),),
        "元": ((1e8, 1e8, "亿元"), (1e4, 1e4, "万元")),
        "万元": ((1e8, 1e8, "万亿元"), (1e4, 1e4, "亿元")),
        "亿元": ((1e4, 1e4, "万亿元"),),
        "万亿元": ((1, 1, "万亿元"), (0, 1e-4, "亿元")),
    },
    "en": {
        "人": ((1e6, 1e6, "million persons"), (0, 1, "persons")),
        "万人": ((1e5, 1e5, "billion persons"), (0, 100, "million persons")),
        "亿人": ((10, 10, "billion persons"), (0, 0.01, "million persons")),
        "人次": ((1e6, 1e6, "million visits"), (0, 1, "visits")),
        "万人次": ((0, 100, "million visits"),),
        "元": ((1e9, 1e9, "bn yuan"), (1e6, 1e6, "m yuan"), (0, 1, "yuan")),
        "万元": ((1e5, 1e5, "bn yuan"), (0, 100, "m yuan")),
        "亿元": ((1e4, 1e4, "tn yuan"), (0, 10, "bn yuan")),
        "万亿元": ((1, 1, "tn yuan"), (0, 1e-3, "bn yuan")),
    },
}
_UNIT_NAMES: Mapping[Language, Mapping[str, str]] = {
    "zh": {},
    "en": {
        "省": "regions", "个": "items", "种": "kinds", "类": "classes", "项": "items", "月": "months", "天": "days",
        "人": "persons", "万人": "10⁴ persons", "亿人": "10⁸ persons", "人次": "visits", "万人次": "10⁴ visits",
        "元": "yuan", "万元": "10⁴ yuan", "亿元": "10⁸ yuan", "万亿元": "tn yuan",
    },
}  # fmt: skip


def _flat(tree: Mapping[Any, Any], prefix: str = "") -> dict[str, str]:
    found: dict[str, str] = {}
    for key, value in tree.items():
        if isinstance(value, Mapping):
            found.update(_flat(value, f"{prefix}{key}."))
        else:
            found[f"{prefix}{key}"] = str(value)
    return found


@cache
def catalogue_of(language: Language) -> Mapping[str, str]:
    """Every word of the interface: dotted key → text with {placeholders}."""
    folder = files("monitor.web") / "locale"
    parts = sorted(
        (part for part in (folder / language).iterdir() if part.name.endswith(".yaml")), key=lambda p: p.name
    )
    found: dict[str, str] = {}
    for part in (folder / f"{language}.yaml", *parts):
        found.update(_flat(CSafeLoader(part.read_text(encoding="utf-8")).get_single_data() or {}))
    return found


def _trim(value: float, digits: int, least: int = 0) -> str:
    """At most `digits` decimals, at least `least`, thousands grouped, a real minus, no minus zero."""
    text = f"{value:,.{digits}f}"
    if "." in text:
        whole, part = text.split(".")
        part = part.rstrip("0").ljust(least, "0")
        text = f"{whole}.{part}" if part else whole
    if text.startswith("-"):
        text = text[1:] if not text.strip("-0.,") else MINUS + text[1:]
    return text


class Words:
    """One language's words: `words("tools.copy")`, `words("overview.of_n", n=15)`."""

    def __init__(self, language: Language, timezone: str = "Asia/Shanghai") -> None:
        self.language = language
        self.timezone = timezone
        self._texts = catalogue_of(language)

    def __call__(self, key: str, **values: object) -> str:
        """Raises KeyError for a word nobody wrote: a fault of ours, found by the tests."""
        text = self._texts[key]
        return text.format(**values) if values else text

    def __contains__(self, key: str) -> bool:
        return key in self._texts

    def known(self, prefix: str, name: str) -> str:
        """A word whose name comes from data: the name itself where nobody wrote one."""
        return self._texts.get(f"{prefix}.{name}", name)

    def text(self, text: Text | None) -> str:
        return "" if text is None else text.in_language(self.language)

    def region(self, region: Region) -> str:
        return region.name_en if self.language == "en" and region.name_en else region.name

    def region_short(self, region: Region) -> str:
        if self.language == "en" and region.name_en:
            return region.name_en
        return region.short_name or region.name

    def join(self, parts: list[str]) -> str:
        return ("、" if self.language == "zh" else ", ").join(parts)

    def can_read(self, printed: str) -> bool:
        """Whether a printed string says something in this language: figures always, Chinese words only in Chinese."""
        return self.language == "zh" or not any("\u4e00" <= character <= "\u9fff" for character in printed)

    # numbers

    def unit(self, unit: str) -> str:
        return _UNIT_NAMES[self.language].get(unit, unit)

    def scale(self, value: float, unit: str) -> tuple[float, str]:
        """What a number of this size is divided by, and the unit it then has: 132662 万人 → (10000, 亿人)."""
        for least, size, name in _SCALES[self.language].get(unit, ()):
            if abs(value) >= least:
                return size, name
        return 1.0, self.unit(unit)

    def scaled(self, value: float, unit: str) -> tuple[float, str]:
        """The number in the unit people would say it in: 132662 万人 → 13.2662 亿人."""
        size, name = self.scale(value, unit)
        return value / size, name

    def number(self, value: float | None, unit: str = "", comparator: str = "eq", places: int = 0) -> str:
        """The bare number, with its comparator as printed: `66.0`, `>95`, `75左右`, `≈75`.

        `places`: decimals that an exact one has at least, as its column has them.
        """
        if value is None or not math.isfinite(value):
            return self("number.none")
        if comparator in _COMPARATORS:
            return _COMPARATORS[comparator] + _trim(value, 2)
        if comparator == "approx":
            text = _trim(value, 2)
            return f"{text}左右" if self.language == "zh" else f"≈{text}"
        return _trim(value, 2, max(places, 1 if unit == "%" else 0))

    def amount(self, value: float | None, unit: str, comparator: str = "eq") -> str:
        """Number and unit together: `66.0%`, `13.27 亿人`, `65%左右`."""
        if value is None:
            return self("number.none")
        if unit == "%":
            if comparator == "approx" and self.language == "zh":
                return f"{_trim(value, 2)}%左右"
            return f"{self.number(value, unit, comparator)}%"
        scaled, name = self.scaled(value, unit)
        if comparator == "approx" and self.language == "zh":
            return f"{_trim(scaled, 2)} {name}左右"
        return f"{self.number(scaled, name, comparator)} {name}"

    def signed(self, value: float | None, unit: str = "", places: int = 0, digits: int = 2) -> str:
        """`+0.5`, `−0.5`, `0`; at least `places` decimals, at most `digits`."""
        if value is None or not math.isfinite(value):
            return self("number.none")
        text = _trim(value, digits, max(places, 1 if unit == "%" else 0))
        return text if text.startswith(MINUS) or not text.strip("0.,") else f"+{text}"

    def points(self, value: float, unit: str) -> str:
        """A difference without its sign, in the unit of differences: `4.0 个百分点`, `0.12 万亿元`."""
        if unit == "%":
            name = self("number.pp")
            return f"{_trim(abs(value), 2, 0)} {name}"
        scaled, name = self.scaled(abs(value), unit)
        return f"{_trim(scaled, 2)} {name}"

    def difference(self, value: float | None, unit: str) -> str:
        """A difference with its sign and unit: `−0.5 个百分点`, `+0.12 万亿元`."""
        if value is None:
            return self("number.none")
        text = self.points(value, unit)
        if not text.split(" ")[0].strip("0.,"):
            return text
        return f"{MINUS if value < 0 else '+'}{text}"

    def distance(self, value: float, places: int = 0) -> str:
        """A distance to a target, at least `places` decimals: so many that one that is left never reads 0."""
        digits = next((digits for digits in range(2, 9) if round(value, digits)), 2)
        return _trim(value, digits, places)

    def share(self, value: float | None, digits: int = 0) -> str:
        """A fraction as a percentage: 0.844 → 84%. Never rounded up to 100% nor down to 0%."""
        if value is None or not math.isfinite(value):
            return self("number.none")
        for more in range(digits, 3):
            text = _trim(100 * value, more)
            if not (value < 1 and text == "100") and not (value > 0 and text == "0"):
                return f"{text}%"
        return "<0.01%" if value < 0.5 else ">99.99%"

    # time

    def day(self, moment: date | datetime | None) -> str:
        """`2026-07-16` in both languages; a moment (naive UTC) is told in the configured zone."""
        if moment is None:
            return self("number.none")
        if isinstance(moment, datetime):
            moment = self._local(moment).date()
        return moment.isoformat()

    def moment(self, moment: datetime | None) -> str:
        """`2026-07-16 23:59 (UTC+8)`."""
        if moment is None:
            return self("number.none")
        return f"{self._local(moment):%Y-%m-%d %H:%M} ({self.zone(moment)})"

    def _local(self, moment: datetime) -> datetime:
        return moment.replace(tzinfo=UTC).astimezone(ZoneInfo(self.timezone))

    def zone(self, moment: datetime) -> str:
        offset = self._local(moment).utcoffset()
        minutes = 0 if offset is None else int(offset.total_seconds() // 60)
        hours, rest = divmod(abs(minutes), 60)
        return f"UTC{'+' if minutes >= 0 else MINUS}{hours}" + (f":{rest:02d}" if rest else "")

    # figures

    def class_name(self, class_: str) -> str:
        return self._texts.get(f"class.{class_}", self("class.unknown"))

    def reason(self, reason: str) -> str:
        name, _, years = reason.partition(":")
        text = self._texts.get(f"reason.{name}")
        if text is None:
            return reason
        return text.format(years=self.join(years.split(","))) if "{years}" in text else text

    def figure_number(self, figure: Figure, places: int = 0) -> str:
        """The figure's number alone, with digits enough to tell it from a target it has not reached exactly.

        A count of regions is told with how many there are: `28 / 31`. `places`: decimals at least, of an exact one.
        """
        if figure.value is None:
            return self("number.none")
        if figure.unit == REGIONS:
            reached = self.number(figure.value, "", figure.comparator or "eq")
            return f"{reached} / {self.number(figure.denominator)}"
        comparator = figure.comparator or "eq"
        target = figure.target
        if comparator == "eq" and target is not None and figure.value != target:
            for digits in range(2, 9):
                if round(figure.value, digits) != target:
                    return _trim(figure.value, digits, max(places, 1 if figure.unit == "%" else 0))
        return self.number(figure.value, figure.unit, comparator, places)

    def value(self, figure: Figure) -> str:
        if figure.unit == REGIONS and figure.value is not None:
            return f"{self.figure_number(figure)} {self.unit(REGIONS)}"
        if figure.unit == "%" and figure.comparator in ("", "eq"):
            return f"{self.figure_number(figure)}%" if figure.value is not None else self("number.none")
        return self.amount(figure.value, figure.unit, figure.comparator or "eq")
