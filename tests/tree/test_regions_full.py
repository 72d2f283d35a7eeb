"""The shipped tree: its size, what it says of places whose past everybody can look up, and the faults of such files."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from monitor.catalogue import CatalogueError, Problem, load_regions, parse_regions
from monitor.catalogue.regions import Regions
from monitor.shipped import find_shipped

END_2019, END_2020, END_2025 = date(2019, 12, 31), date(2020, 12, 31), date(2025, 12, 31)
HEADER = "region_code,parent_code,level,name,reporting,valid_from,valid_to,formerly\n"
ROOT = "000000,,nation,全国,,,,\n"


@pytest.fixture(scope="module")
def full() -> Regions:
    return load_regions(find_shipped("data/regions-full.csv"))


def test_the_provincial_rows_are_those_of_the_small_file(full: Regions) -> None:
    small = load_regions(find_shipped("data/regions.csv"))
    assert tuple(full.get(row.code) for row in small.rows) == small.rows


@pytest.mark.parametrize(
    ("day", "prefectures", "counties"), [(END_2019, 333, 2846), (END_2020, 333, 2844), (END_2025, 333, 2845)]
)
def test_how_many_there_are_on_a_day(full: Regions, day: date, prefectures: int, counties: int) -> None:
    """The ministry's yearbook counts 333 prefectures, and 2,846 and 2,844 counties at the ends of 2019 and 2020."""
    levels = Counter(region.level for region in full.descendants("000000", day))
    assert levels == {"province": 35, "prefecture": prefectures, "county": counties}


@pytest.mark.parametrize(
    ("code", "day", "parent"),
    [
        ("220381", END_2019, "220300"),  # 公主岭市 under 四平市
        ("220184", END_2020, "220100"),  # and under 长春市
        ("512081", date(2015, 12, 31), "512000"),  # 简阳市 under 资阳市
        ("510185", END_2019, "510100"),
        ("371203", date(2017, 12, 31), "371200"),  # 钢城区 under 莱芜市
        ("370117", END_2019, "370100"),
        ("110101", END_2020, "110000"),  # districts of a municipality
        ("419001", END_2020, "410000"),  # 济源市, governed by the province
        ("659001", END_2020, "660000"),  # 石河子市 with the Corps
        ("330104", END_2020, "330100"),  # 江干区 under 杭州市: gone in 2021, by an event that names no parent
        ("540530", date(2022, 12, 31), "540500"),  # 错那县 under 山南市
        ("120225", date(2015, 12, 31), "120000"),  # 蓟县 under 天津市
    ],
)
def test_the_parent_on_a_day(full: Regions, code: str, day: date, parent: str) -> None:
    region = full.get(code, day)
    assert region is not None
    assert region.parent_code == parent


def test_a_move_ends_one_code_and_begins_another(full: Regions) -> None:
    assert (full.get("220381", END_2020), full.get("220184", END_2019)) == (None, None)
    after = full.get("220184")
    assert after is not None
    assert after.formerly == ("220381",)
    assert [row.code for row in full.successors("220381")] == ["220184"]
    assert (full.get("371200", END_2019), len(full.history("130502"))) == (None, 2)


def test_only_codes_of_the_provinces_own_and_of_municipalities_stand_right_under_a_province(full: Regions) -> None:
    direct = {row.code for row in full.rows if row.level == "county" and str(row.parent_code).endswith("0000")}
    assert {code for code in direct if code[2:4] != "90" and code[:2] not in ("11", "12", "31", "50")} == set()


def test_cities_without_counties_report_themselves(full: Regions) -> None:
    for code in ("441900", "442000", "460400", "620200"):
        region = full.get(code)
        assert region is not None
        assert (region.level, region.reporting, full.children(code, END_2025)) == ("prefecture", True, ())


def problems_of(text: str) -> tuple[Problem, ...]:
    with pytest.raises(CatalogueError) as caught:
        parse_regions(text, "r.csv")
    return caught.value.problems


PROVINCES = "110000,000000,province,甲省,,,,\n120000,000000,province,乙省,,,,\n"
FAULTS = [
    (ROOT + "110000,000000,provinse,甲省,,,,\n", "unknown_level", 3, "level"),
    (ROOT + "110000,000000,Province,甲省,,,,\n", "unknown_level", 3, "level"),
    (ROOT + PROVINCES + "130000,000000,province,甲省,,,,\n", "duplicate_name", 5, "name"),
    (ROOT + PROVINCES + "120101,120000,county,丙县,,,,110199\n", "unknown_region", 5, "formerly"),
    (ROOT + PROVINCES + "120101,120000,county,丙县,,,,120101\n", "unknown_region", 5, "formerly"),
    (ROOT + PROVINCES + "120101,120000,county,丙县,,,,12\n", "bad_value", 5, "formerly"),
    (ROOT + "110000,000000,province,甲省,,2020-01-01,,\n110101,110000,county,丙县,,,,\n",
     "parent_not_valid", 4, "parent_code"),
    (ROOT + "110000,000000,province,甲省,,,2019-12-31,\n110000,000000,province,甲省,,2020-01-02,,\n"
     "110101,110000,county,丙县,,,,\n", "parent_not_valid", 5, "parent_code"),
    (ROOT + "110000,000000,province,甲省,,,2021-12-31,\n110101,110000,county,丙县,,2020-01-01,,\n",
     "parent_not_valid", 4, "parent_code"),
]  # fmt: skip


@pytest.mark.parametrize(("rows", "code", "line", "column"), FAULTS, ids=lambda value: str(value)[-20:])
def test_a_fault_is_told_at_its_cell(rows: str, code: str, line: int, column: str) -> None:
    (problem,) = problems_of(HEADER + rows)
    assert (problem.code, problem.line, problem.path) == (code, line, column)
    assert problem.zh != problem.en


def test_what_is_no_fault() -> None:
    """A level of one's own; a name that another took over; a parent whose rows leave no day out."""
    regions = parse_regions(
        HEADER + ROOT + "110000,000000,province,甲省,,,2019-12-31,\n110000,000000,province,乙省,,2020-01-01,,\n"
        "110101,110000,county,丙县,,,2019-12-31,\n110102,110000,county,丙县,,2020-01-01,,110101\n"
        "110103,110000,city,丁市,,,,\n",
        "r.csv",
    )  # fmt: skip
    assert [row.code for row in regions.children("110000", END_2019)] == ["110101", "110103"]
