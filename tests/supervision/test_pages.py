"""The pages and doors of supervision in browsers: the whole chain by forms, and raw requests of who may not."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from werkzeug.test import TestResponse

from monitor.catalogue.loader import load_catalogues
from monitor.dossier.acts import NewPaper, read_acts, writing
from monitor.method.settings import MethodSettings
from monitor.report.desk import Desk
from monitor.shipped import find_shipped
from monitor.supervision.dossier import Finding
from monitor.supervision.putting_right import Order
from monitor.supervision.request import Request
from monitor.web.app import create_app
from tests.web.people import CHEAP, OWN, Person, person
from tests.web.reading import read

from .conftest import CHIEF, PLANNER, REPORTERS, A, B, C, World

LIST = "/supervision"


def path(name: str, verb: str) -> str:
    return f"/do/duty/supervision/{name}/{verb}"


def people(world: World) -> dict[str, Person]:
    app = world.app
    return {
        "planner": person(app, PLANNER.name, "planner"), "chief": person(app, CHIEF.name, "planner"),
        "a": person(app, REPORTERS[A].name, "reporter", A), "b": person(app, REPORTERS[B].name, "reporter", B),
        "viewer": person(app, "领导", "viewer"), "operator": person(app, "管理员", "operator"),
    }  # fmt: skip


def said(answer: TestResponse, who: Person) -> str:
    return who.follow(answer).text


def title(who: Person, address: str) -> str:
    return who.get(address).one("h1").text


def test_a_supervision_goes_from_request_to_its_end_by_forms(world: World) -> None:
    who = people(world)
    planner, chief, unit = who["planner"], who["chief"], who["a"]
    assert "没有正在进行的监督" in title(planner, LIST)
    fields = {"kind": "data", "title": "季报监督", "purpose": "核查", "form": "uhs-14/quarterly", "periods": "2025-Q4",
              "regularity": "regular", "format": "xlsx", "channel": "系统", "deadline": "2026-02-01",
              "units": [A, B]}  # fmt: skip
    wrong = planner.follow(planner.post("/do/duty/supervision", **{**fields, "deadline": "2026-13-01"}))
    assert "2026-13-01" in wrong.text and "核查" in wrong.text  # what was typed is there again
    ticked = {one.attributes["value"] for one in wrong.all("input") if "checked" in one.attributes}
    assert {A, B} <= ticked and C not in ticked  # else what is sent again would be asked of all
    answer = planner.post("/do/duty/supervision", **fields)
    name = re.match(r"/supervision/([\d-]+)", answer.headers["Location"])[1]  # type: ignore[index]
    assert planner.get(f"{LIST}/{name}").all("form") and unit.client.get(f"{LIST}/{name}").status_code == 404
    assert "已通知 2 个单位，其中 2 个没有邮箱" in said(planner.post(path(name, "notify"), units=[A, B]), planner)
    assert "关于报送非现场监督数据的通知" in unit.get(f"{LIST}/{name}").text
    world.time[0] = world.time[0].replace(month=2, day=3)
    assert "2 个单位中 2 个逾期未报" in title(planner, f"{LIST}/{name}")
    assert "发现 2 个问题" in said(planner.post(path(name, "analyse")), planner)
    keys = [one.key for one in world.look(name).findings]
    planner.post(path(name, "finding"), unit=A, text="人工发现的问题", papers=(io.BytesIO(b"seen"), "证据.txt"))
    planner.post(path(name, "draft"), chosen=[*keys, "own-1"])
    page = planner.get(f"{LIST}/{name}")
    assert "须由另一人签发" in page.text and not [
        one for one in page.all("form") if "issue" in one.attributes["action"]
    ]
    draft = world.look(name).drafts[-1]
    planner.post(path(name, "revise"), number="1", **{**draft.chapters, "basis": "新的依据"})
    assert "已签发" in said(chief.post(path(name, "issue")), chief)
    assert "新的依据" in chief.get(f"{LIST}/{name}").text and "人工发现的问题" in unit.get(f"{LIST}/{name}").text
    due = (world.service.today + timedelta(days=6)).isoformat()
    chief.post(path(name, "order"), **{"finding": ["2:own-1"], "what-2": "书面说明", "due": due})
    assert "1 项整改临近期限" in title(chief, LIST) and "临近，剩 6 天" in unit.get(f"{LIST}/{name}").text
    unit.post(path(name, "1/answer"), text="已说明", papers=(io.BytesIO(b"done"), "回执.txt"))
    assert "1 项整改待复查" in title(unit, f"{LIST}/{name}")
    chief.post(path(name, "1/send_back"), reason="材料不全")
    world.later(days=8)
    assert "1 项整改逾期" in title(unit, f"{LIST}/{name}") and "逾期 2 天" in unit.get(f"{LIST}/{name}").text
    unit.post(path(name, "1/answer"), text="再说明")
    chief.post(path(name, "1/accept"))
    assert "已结束" in said(chief.post(path(name, "close")), chief) and not chief.get(f"{LIST}/{name}").all("textarea")


def test_the_door_is_shut_to_whom_it_is_not_for(world: World) -> None:
    who, name = people(world), world.issued(A, B)
    world.service.order(CHIEF, name, [Order("own-2", "浙江整改", world.service.today)])
    count = len(read_acts(world.store, "supervision"))
    verbs = ("notify", "analyse", "finding", "draft", "revise", "issue", "order", "escalate", "deliver", "close")
    for verb in (*verbs, "1/accept", "1/send_back"):
        for one in ("a", "viewer", "operator"):
            assert who[one].post(path(name, verb)).status_code == 403, (verb, one)
    for one, expected in (("a", 404), ("viewer", 403), ("operator", 403)):
        assert who[one].post(path(name, "1/answer"), text="替浙江").status_code == expected
    assert who["a"].post(path(name, "object"), unit=A, text="有异议").status_code == 303  # data: refused on the page
    for one in ("a", "viewer"):
        assert who[one].post("/do/duty/supervision", title="x").status_code == 403
    stranger = {"Origin": "https://elsewhere.example"}
    assert who["planner"].post(path(name, "close"), headers=stranger).status_code == 403
    assert len(read_acts(world.store, "supervision")) == count
    for one in ("viewer", "operator"):
        assert who[one].client.get(LIST).status_code == who[one].client.get(f"{LIST}/{name}").status_code == 403
    assert who["a"].client.get(f"{LIST}/2099-001").status_code == 404


def test_a_unit_is_shown_nothing_of_another(world: World) -> None:
    who, name = people(world), world.issued(A, B)
    world.service.order(CHIEF, name, [Order("own-2", "浙江整改", world.service.today)])
    for address in (LIST, f"{LIST}/{name}", f"{LIST}/{name}?lang=en"):
        answer = who["a"].client.get(address)
        shown = answer.text.split("duty-tabs")[1]  # the search above knows every region
        assert answer.status_code == 200
        for hidden in (B, "浙江", "Zhejiang", "整改要求项", f"{B} 的问题"):
            assert hidden not in shown, (address, hidden)
    for key, status in (("standings", 200), ("rectification", 404), ("findings", 404), ("notices", 200)):
        answer = who["a"].client.get(f"/table/{key}.csv/supervision/{name}")
        assert (answer.status_code, "浙江" in answer.text) == (status, False), key
    own, other = (who["a"].client.get(f"/download/supervision/{name}/{unit}.txt") for unit in (A, B))
    assert (own.status_code, other.status_code) == (200, 404) and "江苏省：" in own.text


def test_a_paper_of_one_unit_is_not_anothers(world: World) -> None:
    who, service = people(world), world.service
    name = world.told(A, B)
    service.analyse(PLANNER, name)
    for unit in (A, B):
        service.find(PLANNER, name, unit, f"{unit} 的问题", [NewPaper(f"{unit}.txt", unit.encode())])
    evidence = {act.body["unit"]: act.seq for act in read_acts(world.store, "supervision") if act.action == "finding"}

    def status(one: str, seq: int) -> int:
        return who[one].client.get(f"/paper/{seq}/1").status_code

    assert [status("a", evidence[A]), status("planner", evidence[A])] == [404, 200]  # not issued yet
    service.draft(PLANNER, name, ["own-1", "own-2"])
    service.issue(CHIEF, name)
    issued = world.look(name).issued
    assert issued is not None
    report = issued.papers[0].seq
    assert {one: status(one, evidence[A]) for one in who} == {
        "planner": 200, "chief": 200, "a": 200, "b": 404, "viewer": 404, "operator": 403,
    }  # fmt: skip
    assert [status("a", report), status("b", report), status("planner", report)] == [404, 404, 200]
    service.order(CHIEF, name, [Order("own-1", "x", service.today)])
    service.answer(REPORTERS[A], name, 1, "done", [NewPaper("answer.txt", b"answer")])
    answer = max(act.seq for act in read_acts(world.store, "supervision"))
    assert [status("a", answer), status("b", answer), status("chief", answer)] == [200, 404, 200]


def test_what_people_write_is_text_and_long_chapters_can_be_kept(world: World) -> None:
    who, service = people(world), world.service
    evil = "<script>alert(1)</script>\x0b{0}"
    name = service.create(PLANNER, replace(world.request(A), title=evil, purpose=evil, basis=evil, channel=evil))
    service.notify(PLANNER, name)
    service.analyse(PLANNER, name)
    service.find(PLANNER, name, A, evil, [NewPaper("<b>.txt", b"x")])
    service.draft(PLANNER, name, ["own-1"])
    draft, long = world.look(name).drafts[-1], "问题。" * 12_000
    answer = who["planner"].post(path(name, "revise"), number="1", **{**draft.chapters, "problems": long})
    assert "新的一稿" in said(answer, who["planner"]) and world.look(name).drafts[-1].chapters["problems"] == long
    answer = who["planner"].post(path(name, "revise"), number="2", **{**draft.chapters, "problems": long + long})
    assert "最多 50000 字" in said(answer, who["planner"])
    service.issue(CHIEF, name)
    for one in ("planner", "a"):
        for address in (LIST, f"{LIST}/{name}", f"{LIST}/{name}?lang=en"):
            shown = who[one].client.get(address)
            assert shown.status_code == 200 and "<script>alert" not in shown.text and "<b>" not in shown.text


def test_ten_days_stand_on_the_page_of_an_on_site_supervision_alone(world: World) -> None:
    who, service = people(world), world.service
    by_data = world.issued(A)
    request = replace(world.request(A), kind="onsite", plan="", form="", indicators=(), periods=(), deadline=None)
    onsite = service.create(PLANNER, request)
    service.deliver(PLANNER, onsite, A, service.today, [NewPaper("监督报告.txt", b"report")])
    for one in ("planner", "a"):
        text = who[one].get(f"{LIST}/{by_data}").text
        assert (
            "异议" not in text and "10 日" not in text and "object" not in who[one].client.get(f"{LIST}/{by_data}").text
        )
        assert "10 日内提出书面意见" in who[one].get(f"{LIST}/{onsite}").text
    assert "1 个单位在提出书面意见的期限内" in title(who["a"], f"{LIST}/{onsite}")
    world.later(days=10)
    assert who["a"].get(f"{LIST}/{onsite}").all("textarea")
    world.later(days=1)
    page = who["a"].get(f"{LIST}/{onsite}")
    assert "视同无异议" in page.one("h1").text and not page.all("textarea")
    service.close(PLANNER, onsite)
    assert who["a"].client.get(f"{LIST}/{onsite}").status_code == 200


def test_pages_and_tables_of_a_past_day(world: World) -> None:
    who, name = people(world), world.told(A, B)
    world.later(days=1)
    world.accepted(A)
    world.later(days=9)
    now = who["planner"].client.get(f"/table/standings.csv/supervision/{name}")
    then = [who["planner"].client.get(f"/table/standings.csv/supervision/{name}?as_of=2026-01-25") for _ in range(2)]
    assert then[0].data == then[1].data != now.data

    def states(answer: TestResponse) -> list[str]:
        return [row["状态"] for row in csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig")))]

    assert (states(then[0]), states(now)) == (["未报", "未报"], ["已通过", "未报"])
    page = who["planner"].get(f"{LIST}/{name}?as_of=2026-01-25")
    assert "逾期" not in page.one("h1").text and not page.all("form", "fields")
    assert "2 个单位中 1 个逾期未报" in title(who["planner"], f"{LIST}/{name}")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_field_has_a_label_and_headings_go_in_order(world: World, language: str) -> None:
    who, name = people(world), world.issued(A, B)
    pages = [f"{LIST}?lang={language}", f"{LIST}/{name}?lang={language}", f"{LIST}/{world.told(C)}?lang={language}"]
    for address in pages:
        page = read(who["planner"].client.get(address, headers=OWN).text)
        main = page.one("main")
        labels = {one.attributes.get("for") for one in main.all("label")}
        wrapped = [box for one in main.all("label") for box in one.all("input")]
        for one in [*main.all("input"), *main.all("textarea"), *main.all("select")]:
            if one.attributes.get("type") != "hidden" and one not in wrapped:
                assert one.attributes.get("id") in labels, (address, one.attributes)
        ids = [one.attributes["id"] for one in main.all() if "id" in one.attributes]
        assert len(ids) == len(set(ids))
        levels = [int(one.tag[1]) for one in main.all() if re.fullmatch("h[1-6]", one.tag)]
        assert levels[0] == 1 and all(after - before <= 1 for before, after in pairwise(levels))


def test_supervisions_of_a_plan_that_is_gone_stay_to_be_read(world: World) -> None:
    name = world.issued(A)
    regions = world.desk.current.regions
    other = load_catalogues([find_shipped("data/plans/example-hainan-14.yaml")], regions)
    later = Desk(world.store, other, regions, MethodSettings())
    app = create_app(later, secret_key=b"k" * 32, clock=lambda: world.time[0], passwords=CHEAP)
    planner = person(app, "新计划员", "planner")
    listed = planner.get(LIST)
    row = next(one for one in listed.all("tr") if one.attributes.get("data-dossier") == name)
    assert "规划 uhs-14 未载入" in row.text and "季报数据监督" in row.text
    page = planner.get(f"{LIST}/{name}")
    assert f"{A} 的问题" in page.text and "监督报告已签发" in page.text and "未载入" in page.text


def test_what_rests_on_made_up_figures_wears_the_mark_for_everybody_who_sees_it(world: World) -> None:
    who = people(world)
    name = world.told(A)
    assert not who["planner"].get(LIST).all("span", "synthetic")
    finding = Finding("k", "lagging", A, "指标滞后", "lags", synthetic=True).body()
    told = {"as_of": world.now.isoformat(), "synthetic": True}
    with writing(world.store, "supervision", name, by=PLANNER.name) as dossier:
        dossier.add("analyse", {**told, "findings": [{k: v for k, v in finding.items() if k != "by"}]})
    assert who["planner"].get(LIST).one("h2").all("span", "synthetic")
    world.service.draft(PLANNER, name, ["k"])
    world.service.issue(CHIEF, name)
    for one in (who["planner"], who["a"]):
        assert one.get(LIST).one("h2").all("span", "synthetic")
        assert one.get(f"{LIST}/{name}").one("h1").all("span", "synthetic")
    finding_line = next(one for one in who["a"].get(f"{LIST}/{name}").all("li") if "指标滞后" in one.text)
    assert finding_line.all("span", "synthetic")


def test_a_told_unit_on_site_waits_for_the_report_and_not_for_data(world: World) -> None:
    planner = people(world)["planner"]
    name = world.service.create(PLANNER, Request("onsite", "现场", "核查", world.service.today, (A,)))
    world.service.notify(PLANNER, name)
    assert title(planner, f"{LIST}/{name}") == "现场：已通知，等待送达监督报告"
    assert title(planner, f"{LIST}/{name}?lang=en") == "现场: told, report to be delivered"
