"""SDMX over HTTP, read by another implementation."""

from __future__ import annotations

import io

import sdmx

from .conftest import HERE, World


def test_structure_and_data_fit_each_other(calm: World) -> None:
    answer = calm.ask("GET", "/sdmx/structure")
    assert answer.headers["Content-Type"].startswith("application/vnd.sdmx.structure+xml")
    told = sdmx.read_sdmx(io.BytesIO(answer.data))
    data = calm.ask("GET", f"/sdmx/data?indicator=enrolment_rate&region={HERE}")
    assert data.headers["Content-Type"].startswith("application/vnd.sdmx.data+csv")
    assert data.data.startswith(b"STRUCTURE,STRUCTURE_ID,ACTION,FREQ,")
    (plan,) = (one for one in told.dataflow if one.startswith("FIGURES_") and one.encode() in data.data)
    (found,) = sdmx.read_sdmx(io.BytesIO(data.data), format="CSV", structure=told.dataflow[plan]).data
    assert {str(one.key.values["REF_AREA"].value) for one in found.obs} == {HERE}


def test_targets_of_one_indicator(calm: World) -> None:
    text = calm.ask("GET", "/sdmx/data?indicator=enrolment_rate&flow=targets").text
    assert [line.split(",")[6] for line in text.splitlines()[1:]] == ["BASELINE", "TARGET"]


def test_what_is_not_there_is_404_and_what_is_no_question_400(calm: World) -> None:
    assert calm.ask("GET", "/sdmx/data?indicator=nothing").status_code == 404
    assert calm.ask("GET", "/sdmx/data?indicator=enrolment_rate&region=999999").status_code == 404
    assert calm.ask("GET", "/sdmx/data").status_code == 400
    assert calm.ask("GET", "/sdmx/data?indicator=enrolment_rate&flow=figs").status_code == 400
    assert calm.ask("GET", "/sdmx/structure?as_of=2999-01-01").status_code == 404
