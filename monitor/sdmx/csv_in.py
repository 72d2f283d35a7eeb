"""From SDMX-CSV 2.x to the long file of observations that every other way in takes, or every problem at once.

Row n of the file becomes row n of the observations, so that what `monitor ingest` says of a row is true of both.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from monitor.catalogue.base import VINTAGES
from monitor.catalogue.models import Indicator
from monitor.catalogue.problems import suggestion
from monitor.catalogue.units import canonical_unit
from monitor.intake.number_hints import HINTS
from monitor.intake.numbers import parse_number
from monitor.intake.problems import escape_text
from monitor.report.export import neutral_text, restored_text
from monitor.report.ledger import STATE_MARKS

from . import codes
from .series import derived_value
from .structure import FIGURES

OBSERVATIONS = (
    "indicator_id", "region_code", "period", "numerator", "denominator", "part_unit", "value", "unit", "comparator",
    "vintage", "synthetic", "note", "source", "published_on", "grade",
)  # fmt: skip
MOST_BYTES = 50_000_000
MOST_PROBLEMS = 500
_KNOWN = tuple(one.id for one in FIGURES)
_CODED = frozenset(one.id for one in FIGURES if one.list is not None)
_NEEDED = ("REF_AREA", "INDICATOR", "TIME_PERIOD", "OBS_VALUE")
_ACTIONS = {"I", "A", "R", "M", ""}
_NUMBERS = ("OBS_VALUE", "NUMERATOR", "DENOMINATOR")


@dataclass(frozen=True)
class Fault:
    """What is wrong: `row` counts from 1 with the head, None for the whole file; `column` as SDMX names it."""

    row: int | None
    column: str
    text: str
    zh: str
    en: str


class SdmxError(ValueError):
    """A file that cannot be converted; holds every fault, at most 500."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults[:MOST_PROBLEMS])
        super().__init__("; ".join(fault.en for fault in self.faults[:3]))


@dataclass(frozen=True)
class Converted:
    """`rows`: in the columns OBSERVATIONS, texts; `ignored`: columns of the file that mean nothing here."""

    rows: tuple[tuple[str, ...], ...]
    ignored: tuple[str, ...]


def convert(content: bytes, indicators: Mapping[str, Indicator]) -> Converted:
    """The file's observations; `indicators`: by id, to check what is worked out from parts.

    Raises SdmxError with every fault of the file.
    """
    head, *lines = _lines(content)
    places, ignored = _head(head)
    rows, faults = [], []
    for number, cells in enumerate(lines, start=2):
        row = _Row(number, places, len(head), cells, indicators)
        rows.append(row.converted())
        faults += row.faults
    if not lines:
        faults.append(Fault(None, "", "", "文件里没有观测值", "the file holds no observation"))
    if faults:
        raise SdmxError(faults)
    return Converted(tuple(rows), ignored)


def _lines(content: bytes) -> list[list[str]]:
    if len(content) > MOST_BYTES:
        raise SdmxError([Fault(None, "", "", "文件超过 50 MB；请拆分", "the file is larger than 50 MB: split it")])
    try:
        text = content.decode("utf-8-sig")
        lines = list(csv.reader(io.StringIO(text, newline=""), strict=True))
        while lines and not lines[-1]:
            lines.pop()
    except UnicodeDecodeError as error:
        row = content.count(b"\n", 0, error.start) + 1
        zh, en = "SDMX-CSV 必须是 UTF-8", "SDMX-CSV must be UTF-8"
        raise SdmxError([Fault(row, "", "", zh, en)]) from None
    except csv.Error as error:
        zh, en = f"不是完好的 CSV（{error}）", f"no sound CSV ({error})"
        raise SdmxError([Fault(None, "", "", zh, en)]) from None
    if not lines or not lines[0]:
        raise SdmxError([Fault(None, "", "", "文件是空的", "the file is empty")])
    return lines


def _head(cells: Sequence[str]) -> tuple[dict[str, int], tuple[str, ...]]:
    """Component → place, and the columns that mean nothing here. Raises SdmxError."""
    names = [cell.partition(":")[0].strip() for cell in cells]
    if names[0] == "DATAFLOW":
        zh = "这是 SDMX-CSV 1.0；请用 2.0 导出（首列 STRUCTURE）"
        raise SdmxError([Fault(1, cells[0], cells[0], zh, "this is SDMX-CSV 1.0: export it as 2.0 (STRUCTURE first)")])
    if names[0].partition("[")[0] != "STRUCTURE" or names[1:2] != ["STRUCTURE_ID"]:
        zh = "不是 SDMX-CSV 2.x：前两列须是 STRUCTURE、STRUCTURE_ID，以逗号分隔"
        en = "no SDMX-CSV 2.x: the first two columns must be STRUCTURE and STRUCTURE_ID, separated by commas"
        raise SdmxError([Fault(1, escape_text(cells[0]), escape_text(cells[0]), zh, en)])
    faults = [
        Fault(1, name, name, "这一列出现两次；只留一列", "the column stands there twice: keep one")
        for name in dict.fromkeys(name for name in names if name in _KNOWN and names.count(name) > 1)
    ]
    for name in _NEEDED:
        if name not in names:
            zh, en = suggestion(name, names)
            faults.append(Fault(1, name, "", f"缺少 {name} 列{zh}", f"the column {name} is missing{en}"))
    if faults:
        raise SdmxError(faults)
    taken = {"STRUCTURE", "STRUCTURE_ID", "STRUCTURE_NAME", "ACTION", "UNIT_MULT", *_KNOWN}
    ignored = tuple(escape_text(name) for name in names[1:] if name not in taken)
    return {name: place for place, name in enumerate(names) if name in taken or place == 0}, ignored


class _Row:
    """One row of the file while it is converted; what is wrong with it is noted, not raised."""

    def __init__(
        self,
        number: int,
        places: Mapping[str, int],
        width: int,
        cells: Sequence[str],
        indicators: Mapping[str, Indicator],
    ) -> None:
        self.number, self.indicators = number, indicators
        self.faults: list[Fault] = []
        self.texts = {name: cells[place].strip() if place < len(cells) else "" for name, place in places.items()}
        for name in _CODED & self.texts.keys():  # labels=both writes "A: Annual"
            self.texts[name] = self.texts[name].partition(":")[0].strip()
        if len(cells) != width:
            self.fault(
                "",
                "",
                f"表头有 {width} 列，这一行有 {len(cells)} 格",
                f"the head has {width} columns, the row {len(cells)} cells",
            )

    def get(self, name: str) -> str:
        return self.texts.get(name, "")

    def fault(self, column: str, text: str, zh: str, en: str) -> None:
        self.faults.append(Fault(self.number, column, escape_text(text), zh, en))

    def converted(self) -> tuple[str, ...]:
        self._structure()
        state, note = self._state()
        value = self._value(state)
        found = {
            "indicator_id": self._needed("INDICATOR"),
            "region_code": self._needed("REF_AREA"),
            "period": self._period(),
            "numerator": self.get("NUMERATOR"),
            "denominator": self.get("DENOMINATOR"),
            "part_unit": self._unit("PART_UNIT"),
            "value": value,
            "unit": self._unit("UNIT_MEASURE"),
            "comparator": self._one_of("COMPARATOR", codes.COMPARATORS),
            "vintage": self._one_of("VINTAGE", VINTAGES),
            "synthetic": self._one_of("SYNTHETIC", ("true", "false")),
            "note": neutral_text("；".join(part for part in (restored_text(self.get("NOTE")), note) if part)),
            "source": neutral_text(restored_text(self.get("SOURCE"))),
            "published_on": self.get("PUBLISHED_ON"),
            "grade": neutral_text(restored_text(self.get("GRADE"))),
        }
        return tuple(found[name] for name in OBSERVATIONS)

    def _structure(self) -> None:
        structure = self.get("STRUCTURE_ID")
        if ":TARGETS_" in structure:
            zh = "这是目标，不是指标数据；目标写在指标目录里"
            self.fault("STRUCTURE_ID", structure, zh, "these are targets, not figures: targets stand in the catalogue")
        if self.get("ACTION") not in _ACTIONS:
            zh = "本系统不删除数据；请报送更正的数，或标为缺失（OBS_STATUS O）"
            en = "nothing is deleted here: send a corrected figure, or one that is missing (OBS_STATUS O)"
            self.fault("ACTION", self.get("ACTION"), zh, en)

    def _needed(self, name: str) -> str:
        if not self.get(name):
            self.fault(name, "", "不能为空", "must not be empty")
        return self.get(name)

    def _state(self) -> tuple[str, str]:
        """Which kind of figure, and what SDMX says of it that has no place here but the note."""
        status = self.get("OBS_STATUS")
        has_value = self.get("OBS_VALUE").lower() not in ("", "nan")
        if status in codes.STATES_OF:
            if has_value:
                zh, en = "标为缺失，却有数值；改其一", "said to be missing, and there is a value: correct one of them"
                self.fault("OBS_VALUE", self.get("OBS_VALUE"), zh, en)
            return codes.STATES_OF[status], ""
        if status and status not in codes.VALUE_STATUS:
            known = ", ".join(sorted({*codes.VALUE_STATUS, *codes.STATES_OF}))
            self.fault("OBS_STATUS", status, f"没有这个状态；可用 {known}", f"no such status; there are {known}")
        if not has_value and not (self.get("NUMERATOR") and self.get("DENOMINATOR")):
            zh = "没有数值；缺失写 OBS_STATUS O，不适用写 M，保密写 Q"
            en = "there is no value; OBS_STATUS is O for missing, M for not applicable, Q for withheld"
            self.fault("OBS_VALUE", self.get("OBS_VALUE"), zh, en)
        is_flash = status == "P" and self.get("VINTAGE").lower() == codes.PROVISIONAL_VINTAGE
        return "value", f"OBS_STATUS {status}" if status not in ("", "A") and not is_flash else ""

    def _value(self, state: str) -> str:
        sound = True
        for name in _NUMBERS:
            text = self.get(name)
            if not text or (name == "OBS_VALUE" and (state != "value" or text.lower() == "nan")):
                continue
            number = parse_number(text)
            if number.state != "value" or number.percent or number.changed:
                zh, en = HINTS.get(number.hint, HINTS["other"])
                self.fault(name, text, f"不是 SDMX 的十进制数；{zh}", f"no decimal of SDMX; {en}")
                sound = False
        if state != "value":
            return STATE_MARKS[state]
        if self._one_of("VALUE_DERIVED", ("true", "false")) != "true":
            return self.get("OBS_VALUE") if self.get("OBS_VALUE").lower() != "nan" else ""
        if sound:
            self._compare_derived()
        return ""

    def _compare_derived(self) -> None:
        """A value that is said to be worked out from its parts is not taken over, but it must be what they make."""
        parts = self.get("NUMERATOR"), self.get("DENOMINATOR")
        if not all(parts):
            zh, en = "说由分子分母算出，却缺分子或分母", "said to be worked out from parts, of which one is missing"
            self.fault("VALUE_DERIVED", "true", zh, en)
            return
        indicator = self.indicators.get(self.get("INDICATOR"))
        made = None if indicator is None else derived_value(Decimal(parts[0]), Decimal(parts[1]), indicator)
        told = self.get("OBS_VALUE")
        if made is not None and told and Decimal(told) != Decimal(made):
            zh = f"与分子分母算出的 {made} 不符；改数值，或删去 VALUE_DERIVED"
            en = f"the parts make {made}: correct the value, or take VALUE_DERIVED away"
            self.fault("OBS_VALUE", told, zh, en)

    def _period(self) -> str:
        text = self._needed("TIME_PERIOD")
        period = codes.read_time(text) if text else None
        if period is None:
            if text:
                zh = "只接受年、半年、季、月：2023、2023-S1、2023-Q2、2023-06"
                en = "years, half-years, quarters and months are read: 2023, 2023-S1, 2023-Q2, 2023-06"
                self.fault("TIME_PERIOD", text, zh, en)
            return ""
        frequency = self.get("FREQ")
        if frequency and frequency.replace("H", "S") != codes.frequency(period):
            own = codes.frequency(period)
            zh, en = f"与 TIME_PERIOD 不符，应为 {own}", f"does not fit TIME_PERIOD: should be {own}"
            self.fault("FREQ", frequency, zh, en)
        return period.code

    def _unit(self, name: str) -> str:
        text = self.get(name)
        power = self.get("UNIT_MULT")
        if name == "UNIT_MEASURE" and power not in ("", "0"):
            text = f"{text}_E{power}"
        unit = codes.UNITS_OF.get(text) or canonical_unit(text)
        if text and unit is None:
            known = ", ".join(codes.UNITS_OF)
            self.fault(name, text, f"没有这个计量单位；可用 {known}", f"no such unit; there are {known}")
        return unit or ""

    def _one_of(self, name: str, known: Sequence[str]) -> str:
        text = self.get(name).lower()
        if text and text not in known:
            listed = ", ".join(one.upper() if name != "SYNTHETIC" else one for one in known)
            self.fault(name, self.get(name), f"可用 {listed}", f"one of {listed}")
        return text


def observation_csv(converted: Converted) -> Iterator[str]:
    """The lines of an observation file: UTF-8 with BOM and CRLF."""
    yield "\ufeff" + ",".join(OBSERVATIONS) + "\r\n"
    for row in converted.rows:
        yield ",".join('"' + cell.replace('"', '""') + '"' if cell else "" for cell in row) + "\r\n"
