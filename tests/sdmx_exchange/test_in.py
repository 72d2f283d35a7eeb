"""SDMX-CSV in: the same figures come out again, and a faulty file tells every fault at once."""

from __future__ import annotations

import csv
import io

import pytest

from monitor.catalogue.loader import Catalogue
from monitor.catalogue.models import Indicator
from monitor.catalogue.periods import parse_period
from monitor.sdmx import codes
from monitor.sdmx.csv_in import SdmxError, convert, observation_csv
from monitor.sdmx.csv_out import data_csv
from monitor.sdmx.series import figures
from monitor.sdmx.structure import AGENCY, data_structure

from .conftest import FIGURES, Make

HEAD = "STRUCTURE,STRUCTURE_ID,ACTION,FREQ,REF_AREA,INDICATOR,VINTAGE,TIME_PERIOD,OBS_VALUE,OBS_STATUS,UNIT_MEASURE"
FLOW = "dataflow,X:FIGURES_p(1.0)"


@pytest.fixture
def indicators(catalogue: Catalogue) -> dict[str, Indicator]:
    return {one.id: one for one in catalogue.indicators}


def rows_of(content: str, indicators: dict[str, Indicator]) -> list[dict[str, str]]:
    text = "".join(observation_csv(convert(content.encode(), indicators)))
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def test_out_and_in_again_gives_the_same_figures(
    desk_of: Make, catalogue: Catalogue, indicators: dict[str, Indicator]
) -> None:
    structure = data_structure(catalogue, "figures")
    first = "".join(data_csv(AGENCY, structure, figures(desk_of(FIGURES), catalogue, None)))
    observations = "".join(observation_csv(convert(first.encode(), indicators)))
    again = desk_of(observations)
    second = "".join(data_csv(AGENCY, structure, figures(again, catalogue, None)))

    def without_submission(text: str) -> list[str]:
        return [line.rpartition(",")[0] for line in text.splitlines()]

    assert without_submission(second) == without_submission(first)


def test_a_foreign_file_with_labels_and_multipliers(indicators: dict[str, Indicator]) -> None:
    head = "STRUCTURE[;],STRUCTURE_ID,STRUCTURE_NAME,ACTION,FREQ: Frequency,REF_AREA: Area,INDICATOR: Indicator,"
    head += "TIME_PERIOD: Time,OBS_VALUE: Value,OBS_STATUS: Status,UNIT_MEASURE: Unit,UNIT_MULT: Multiplier,DECIMALS\n"
    line = f"{FLOW},Name,I,Q: Quarterly,320000: Jiangsu,fund_income: Income,2024-Q4,3400.5,E: Estimated,CNY: yuan,8,2\n"
    (row,) = rows_of(head + line, indicators)
    assert (row["value"], row["unit"], row["period"], row["note"]) == ("3400.5", "亿元", "2024-Q4", "OBS_STATUS E")
    assert convert((head + line).encode(), indicators).ignored == ("DECIMALS",)


def test_every_fault_is_told_at_once(indicators: dict[str, Indicator]) -> None:
    content = "\n".join(
        (
            f"{HEAD},NUMERATOR,DENOMINATOR,VALUE_DERIVED",
            f"{FLOW},D,Q,320000,fund_income,,2024-Q4,1,A,CNY,,,",
            f"{FLOW},I,A,,fund_income,NEW,2024-W05,1e5,Z,DOLLAR,,,",
            f"{FLOW},I,A,320000,fund_income,,2024-Q4,1,O,CNY,,,",
            f"{FLOW},I,A,320000,fund_income,,2024,,,CNY,,,",
            f"{FLOW},I,A,320000,enrolment_rate,,2024,96,A,PT,95,100,true",
            "dataflow,X:TARGETS_p(1.0),I,A,320000,fund_income,,2024,1,A,CNY,,",
        )
    )
    with pytest.raises(SdmxError) as raised:
        convert(content.encode(), indicators)
    assert [(one.row, one.column) for one in raised.value.faults] == [
        (2, "ACTION"),
        (3, "OBS_STATUS"),
        (3, "OBS_VALUE"),
        (3, "REF_AREA"),
        (3, "TIME_PERIOD"),
        (3, "UNIT_MEASURE"),
        (3, "VINTAGE"),
        (4, "OBS_VALUE"),
        (4, "FREQ"),
        (5, "OBS_VALUE"),
        (6, "OBS_VALUE"),
        (7, ""),
        (7, "STRUCTURE_ID"),
    ]
    assert all(one.zh and one.en for one in raised.value.faults)
    assert "the parts make 95" in raised.value.faults[-3].en


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"DATAFLOW,REF_AREA\n", "1.0"),
        (b"indicator_id,value\n", "no SDMX-CSV"),
        (b"STRUCTURE,STRUCTURE_ID,ACTION,REF_AREA,INDICATOR,TIME_PERIOD\n", "OBS_VALUE is missing"),
        (HEAD.encode() + b"\n", "no observation"),
        (HEAD.encode() + b",OBS_VALUE\n", "twice"),
        (HEAD.encode() + b'\n"', "no sound CSV"),
        (HEAD.encode() + b"\n\xff", "UTF-8"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(content: bytes, said: str, indicators: dict[str, Indicator]) -> None:
    with pytest.raises(SdmxError) as raised:
        convert(content, indicators)
    assert any(said in one.en for one in raised.value.faults), raised.value.faults


@pytest.mark.parametrize(
    ("sdmx_text", "ours"),
    [("2023", "2023"), ("2023-A1", "2023"), ("2023-S1", "2023-H1"), ("2023-H2", "2023-H2"), ("2023-Q2", "2023-Q2"),
     ("2023-06", "2023-06"), ("2023-M06", "2023-06"), ("2023-W05", None), ("2023-13", None), ("2023-06-01", None)],
)  # fmt: skip
def test_periods(sdmx_text: str, ours: str | None) -> None:
    period = codes.read_time(sdmx_text)
    assert (period.code if period else None) == ours
    if ours is not None:
        assert codes.read_time(codes.time_code(parse_period(ours))) == period
