"""The pages of rounds in browsers without scripts: everything by forms, and what each person sees."""

from __future__ import annotations

import io
import re

import pytest
from werkzeug.test import TestResponse

from monitor.evaluation.concluding import propose
from monitor.evaluation.rounds import read_round
from tests.web.people import OWN, Person, person

from .conftest import CHIEF, FIELDS, PLANNER, World

ROUND = "/rounds/2025-final"


@pytest.fixture
def people(world: World) -> dict[str, Person]:
    app = world.app
    return {
        "planner": person(app, PLANNER.name, "planner"),
        "chief": person(app, CHIEF.name, "planner"),
        "unit": person(app, "待遇司小赵", "reviewer", departments=frozenset({"待遇保障司"})),
        "region": person(app, "江苏填报人", "reporter", "320000"),
        "viewer": person(app, "领导", "viewer"),
    }


def said(who: Person, answer: TestResponse) -> str:
    return who.follow(answer).text


def test_a_round_is_opened_assessed_concluded_and_approved_by_forms(world: World, people: dict[str, Person]) -> None:
    planner, chief, unit = people["planner"], people["chief"], people["unit"]
    assert "还没有评估轮次" in planner.get("/rounds").text
    answer = planner.post("/do/duty/rounds", kind="final", title="总结评估", period="2025", deadline="2026-06-30")
    assert answer.headers["Location"].startswith(ROUND)
    page = said(planner, answer)
    assert "15 项指标，2 项达标或不慢于时序，1 项滞后或未达标；15 项缺自评" in page and "待遇保障司：6 项" in page
    subject = f"{ROUND}?show=enrolment_rate"
    assert 'action="/do/duty/rounds/2025-final/enrolment_rate/assess"' in unit.client.get(subject).text
    place = "/do/duty/rounds/2025-final/enrolment_rate"
    paper = (io.BytesIO("依据".encode()), "依据.txt")
    taken = unit.post(f"{place}/assess", **FIELDS, papers=paper)
    assert taken.headers["Location"].startswith(f"{subject}&said=")
    assert "流动人口参保不足" in said(unit, taken) and "依据.txt" in unit.get(subject).text
    refused = unit.post(f"{place}/assess", **{**FIELDS, "outlook": "", "measures": "写到一半"})
    page = unit.client.get(refused.headers["Location"]).text
    assert "请从中选一项" in page and "写到一半" in page
    assert "待审定" in said(planner, planner.post(f"{place}/propose", conclusion="missed", reason="口径不同"))
    page = planner.get(subject).text
    assert "与测算不一致" in page and "须由另一人审定" in page
    number = re.search(r'name="of" value="(\d+)"', chief.client.get(subject).text)
    assert number is not None
    own = said(planner, planner.post(f"{place}/approve", of=number[1]))
    assert "不能由本人审定" in own
    assert "结论已退回" in said(chief, chief.post(f"{place}/return", of=number[1], remark="按数据"))
    planner.post(f"{place}/propose", conclusion="held")
    assert "提出 12 项结论" in said(planner, planner.post("/do/duty/rounds/2025-final/propose"))
    told = read_round(world.store, "2025-final")
    for name in ("fund_income", "fund_expenditure"):
        planner.post(f"/do/duty/rounds/2025-final/{name}/propose", conclusion="achieved", reason="平稳")
    for one in told.subjects:
        if not one.is_assessed:
            planner.post(f"/do/duty/rounds/2025-final/{one.indicator}/missing", missing="单位未报")
    seq = read_round(world.store, "2025-final").seq
    assert "已审定 15 项结论" in said(chief, chief.post("/do/duty/rounds/2025-final/approve", built_on=seq))
    seq = read_round(world.store, "2025-final").seq
    assert "不能由本人审定" in said(planner, planner.post("/do/duty/rounds/2025-final/sign", built_on=seq))


def test_consultation_by_forms(world: World, people: dict[str, Person]) -> None:
    world.opened()
    region, planner = people["region"], people["planner"]
    place = "/do/duty/rounds/2025-final"
    page = said(region, region.post(f"{place}/comment", comment="请注明口径", indicator="enrolment_rate"))
    assert "请注明口径" in page and "未答复" in page
    number = re.search(r'name="of" value="(\d+)"', planner.client.get(ROUND).text)
    assert number is not None
    answer = planner.post(f"{place}/answer", of=number[1], answer="partly", answer_reason="已补注")
    assert "部分采纳" in said(planner, answer)
    assert people["viewer"].post(f"{place}/comment", comment="意见").status_code == 403
    assert people["viewer"].post(f"{place}/enrolment_rate/assess", **FIELDS).status_code == 403
    assert people["unit"].post(f"{place}/drug_platform_share/assess", **FIELDS).status_code == 403


def test_readers_see_the_round_and_no_form(world: World, people: dict[str, Person]) -> None:
    told = world.opened("模拟数据 总结评估")
    propose(world.store, PLANNER, told.id, "out_of_pocket_share", "nearly", "<b>差得不多</b>")
    viewer = people["viewer"]
    for path in ("/rounds", ROUND, f"{ROUND}?show=out_of_pocket_share"):
        page = viewer.client.get(path).text
        assert "/do/duty/rounds" not in page and "<b>差得不多" not in page
    table = viewer.client.get("/table/round.csv/rounds/2025-final").text
    assert table.count("与测算不一致") == 1 and "期末未达标" in table and "基本实现" in table
    english = viewer.client.get(f"{ROUND}?lang=en").text
    assert "of 15 indicators 2 are reached or on schedule, 1 lag or were missed; 1 conclusions differ" in english
    assert "待遇保障司" not in english and "基本医疗保险参保率" not in english
    assert viewer.client.get(f"{ROUND}?show=nothing").status_code == 404
    assert viewer.client.get("/rounds/2099-final").status_code == 404


def test_the_file_is_the_same_after_other_figures_came(world: World, people: dict[str, Person]) -> None:
    told = world.opened()
    before = people["viewer"].client.get("/download/rounds/2025-final.csv")
    assert before.status_code == 200 and before.data.startswith(b"\xef\xbb\xbfround_id,kind,title")
    world.send({"out_of_pocket_share": "26.9,%"})
    assert people["viewer"].client.get("/download/rounds/2025-final.csv").data == before.data
    assert "逐字节相同" in people["viewer"].get(ROUND).text
    early = told.opened_at.isoformat() + "Z"
    moment = world.later()
    world.later()
    propose(world.store, PLANNER, told.id, "enrolment_rate", "held")
    page = people["viewer"].get(f"{ROUND}?as_of={moment.isoformat()}Z").text
    assert "待审定" not in page and "未提出结论" in page and early < moment.isoformat()
    asked = {"as_of": f"{moment.isoformat()}Z"}
    assert people["viewer"].client.get("/download/rounds/2025-final.csv", query_string=asked).data == before.data


def test_a_later_round_shows_what_changed(world: World, people: dict[str, Person]) -> None:
    world.opened("第一轮")
    world.send({"out_of_pocket_share": "26.9,%"})
    world.opened("第二轮")
    page = people["viewer"].get("/rounds/2025-final-2").text
    assert "与“第一轮”相比" in page and "15 项指标中 1 项有变化" in page and "数据有更新" in page
    rows = people["viewer"].client.get("/table/changes.csv/rounds/2025-final-2").text
    assert "27.5%" in rows and "26.9%" in rows and "期末未达标" in rows and "已达标" in rows


def test_papers_are_every_readers_and_nobody_elses(world: World, people: dict[str, Person]) -> None:
    world.opened()
    planner = people["planner"]
    paper = (io.BytesIO(b"content"), "依据.txt")
    planner.post("/do/duty/rounds/2025-final/enrolment_rate/propose", conclusion="held", papers=paper, headers=OWN)
    kept = read_round(world.store, "2025-final").subject("enrolment_rate").conclusion
    assert kept is not None
    path = f"/paper/{kept.papers[0].seq}/1"
    assert people["viewer"].client.get(path).data == b"content"
    assert person(world.app, "管理员", "operator").client.get(path).status_code in (403, 404)
