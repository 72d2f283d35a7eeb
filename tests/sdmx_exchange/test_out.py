"""What we write is read back by another implementation of SDMX, to the digit."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sdmx

from monitor.catalogue.loader import Catalogue
from monitor.catalogue.regions import Regions
from monitor.catalogue.units import UNITS
from monitor.sdmx import codes
from monitor.sdmx.csv_out import data_csv
from monitor.sdmx.ml import data_message, structure_message
from monitor.sdmx.series import figures, targets
from monitor.sdmx.structure import AGENCY, data_structure, is_agency, structures

from .conftest import FIGURES, Make

AT = "2025-12-31T15:59:59.999999Z"


def read_structure(catalogue: Catalogue, regions: Regions) -> Any:
    return sdmx.read_sdmx(io.BytesIO(structure_message(structures((catalogue,), regions), AT).encode()))


@pytest.fixture
def told(catalogue: Catalogue, regions: Regions) -> Any:
    return read_structure(catalogue, regions)


def test_the_structure_is_read_by_another_implementation(told: Any, catalogue: Catalogue) -> None:
    structure = told.structure["FIGURES_uhs-14"]
    dimensions = [one.id for one in structure.dimensions.components]
    assert dimensions == ["FREQ", "REF_AREA", "INDICATOR", "VINTAGE", "TIME_PERIOD"]
    assert [one.id for one in structure.measures.components] == ["OBS_VALUE"]
    areas, indicators = told.codelist["CL_AREA"], told.codelist["CL_INDICATOR"]
    assert areas["320000"].parent.id == "000000"
    assert dict(areas["320000"].name.localizations) == {"zh": "江苏省", "en": "Jiangsu"}
    assert set(indicators.items) == {one.id for one in catalogue.indicators}
    assert structure.dimensions.get("INDICATOR").local_representation.enumerated.id == "CL_INDICATOR"
    assert told.dataflow["TARGETS_uhs-14"].structure.id == "TARGETS_uhs-14"
    assert told.header.prepared.isoformat() == "2025-12-31T15:59:59.999999+00:00"


def test_figures_come_back_to_the_digit(desk_of: Make, catalogue: Catalogue, told: Any) -> None:
    rows = list(figures(desk_of(FIGURES), catalogue, None))
    structure = data_structure(catalogue, "figures")
    made = "".join(data_message(AGENCY, structure, rows, AT)).encode()
    (data,) = sdmx.read_sdmx(io.BytesIO(made), structure=told.structure["FIGURES_uhs-14"]).data
    assert len(data.obs) == len(rows) == 10
    for one, row in zip(data.obs, rows, strict=True):
        key = {**one.series_key.values, **one.dimension.values}
        read = {name: str(value.value) for name, value in key.items()}
        read |= {name: str(value.value) for name, value in one.attached_attribute.items()}
        assert read | ({"OBS_VALUE": one.value} if one.value is not None else {}) == row


def test_csv_comes_back_as_the_same_observations(desk_of: Make, catalogue: Catalogue, told: Any) -> None:
    rows = list(figures(desk_of(FIGURES), catalogue, None))
    text = "".join(data_csv(AGENCY, data_structure(catalogue, "figures"), rows))
    (data,) = sdmx.read_sdmx(io.BytesIO(text.encode()), format="CSV", structure=told.dataflow["FIGURES_uhs-14"]).data
    values = [one.value or None for one in data.obs]
    assert values == [row.get("OBS_VALUE") for row in rows]
    assert data.action.name == "information"
    first = next(csv.DictReader(io.StringIO(text)))
    assert (first["STRUCTURE"], first["STRUCTURE_ID"]) == ("dataflow", "PLAN_MONITOR:FIGURES_uhs-14(1.0)")


def test_five_kinds_of_figures_and_exact_numbers(desk_of: Make, catalogue: Catalogue) -> None:
    rows = {
        (row["INDICATOR"], row["REF_AREA"], row["VINTAGE"]): row for row in figures(desk_of(FIGURES), catalogue, None)
    }

    def told(indicator: str, region: str, vintage: str = "REPORTED") -> tuple[str | None, str]:
        row = rows[indicator, region, vintage]
        return row.get("OBS_VALUE"), row["OBS_STATUS"]

    assert told("procured_drugs", "320000") == ("0", "A")
    assert told("medical_aid_share", "340000") == (None, "O")
    assert told("medical_aid_share", "320000") == (None, "M")
    assert told("medical_aid_share", "330000") == (None, "Q")
    assert told("fund_income", "000000", "FLASH") == ("34809.95", "P")
    # 8100.5 / 8400 × 100 = 96.434523809523…
    assert told("enrolment_rate", "320000") == ("96.4345238095", "A")
    parts = rows["enrolment_rate", "320000", "REPORTED"]
    assert (parts["NUMERATOR"], parts["DENOMINATOR"], parts["PART_UNIT"]) == ("8100.5", "8400", "PS_E4")
    assert (parts["VALUE_DERIVED"], parts["SYNTHETIC"], parts["FREQ"]) == ("true", "true", "Q")
    sent = rows["fund_income", "320000", "REPORTED"]
    assert (sent["OBS_VALUE"], sent["UNIT_MEASURE"]) == ("34000000", "CNY_E4")
    assert rows["enrolment_rate", "000000", "BULLETIN"]["COMPARATOR"] == "GE"


def test_targets_stand_beside_as_a_dataflow(catalogue: Catalogue, told: Any, tmp_path: Path) -> None:
    rows = list(targets(catalogue, date(2025, 12, 31)))
    made = "".join(data_message(AGENCY, data_structure(catalogue, "targets"), rows, AT))
    (tmp_path / "t.xml").write_text(made, encoding="utf-8")
    (data,) = sdmx.read_sdmx(tmp_path / "t.xml", structure=told.structure["TARGETS_uhs-14"]).data
    assert len(data.obs) == len(rows)
    found = {(row["INDICATOR"], row["KIND"]): row for row in rows}
    rate = found["enrolment_rate", "TARGET"]
    assert (rate["OBS_VALUE"], rate["COMPARATOR"], rate["RULE"], rate["TIME_PERIOD"]) == ("95", "GE", "HOLD", "2025")
    assert found["enrolment_rate", "BASELINE"]["COMPARATOR"] == "GT"
    judged = found["fund_income", "TARGET"]
    assert "OBS_VALUE" not in judged and judged["OBS_STATUS"] == "M"
    assert judged["PRINTED"] == "收入规模与经济社会发展水平更加适应"


def test_every_code_that_is_used_is_on_its_list(catalogue: Catalogue, regions: Regions, desk_of: Make) -> None:
    made = structures((catalogue,), regions)
    lists = {one.id: {code.id for code in one.codes} for one in made.codelists}
    rows = [*figures(desk_of(FIGURES), catalogue, None)]
    for flow, found in (("figures", rows), ("targets", [*targets(catalogue, date.max)])):
        structure = data_structure(catalogue, flow)  # type: ignore[arg-type]
        for row in found:
            for one in structure.components:
                assert one.id in row or not one.mandatory
                assert one.list is None or one.id not in row or row[one.id] in lists[one.list]
    assert set(codes.UNIT_CODES) == set(UNITS)
    assert len(set(codes.UNIT_CODES.values())) == len(UNITS)


def test_texts_that_are_no_xml_and_formulas_do_no_harm(desk_of: Make, catalogue: Catalogue, told: Any) -> None:
    text = FIGURES.replace("公报 & <年鉴>", "=1+1 & <年鉴>")
    rows = list(figures(desk_of(text), catalogue, None, indicator="fund_income", region="000000"))
    assert "=1+1 & <年鉴>" in [row.get("SOURCE") for row in rows]
    made = "".join(data_csv(AGENCY, data_structure(catalogue, "figures"), rows))
    assert "'=1+1 & <年鉴>" in made
    odd = [{**rows[0], "NOTE": "a\x01b\n\"'<c>"}]
    xml = "".join(data_message(AGENCY, data_structure(catalogue, "figures"), odd, AT)).encode()
    (data,) = sdmx.read_sdmx(io.BytesIO(xml), structure=told.structure["FIGURES_uhs-14"]).data
    assert data.obs[0].attached_attribute["NOTE"].value == "a\ufffdb\n\"'<c>"


@pytest.mark.parametrize(
    ("text", "is_one"),
    [("NHSA", True), ("CN_NHSA-1", True), ("CN.NHSA", False), ("1A", False), ("医保", False)],
)
def test_agencies(text: str, is_one: bool) -> None:
    assert is_agency(text) is is_one
