"""The operators' pages: how the server does, its scheduled work and its history, the integrity checks."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import product
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from monitor.backup.shelf import Backup
from monitor.catalogue.loader import load_catalogues
from monitor.catalogue.regions import Regions
from monitor.integrity.checks import all_checks
from monitor.jobs import history
from monitor.jobs.board import JobState
from monitor.jobs.findings import Findings, Found
from monitor.jobs.health import Failing
from monitor.jobs.job import Job, Summary, Work, execute
from monitor.jobs.schedule import Every, Schedule
from monitor.jobs.work.upkeep import integrity_job
from monitor.method.settings import MethodSettings
from monitor.report.desk import Desk
from monitor.shipped import find_shipped
from monitor.store.space import Room
from monitor.store.store import Store
from monitor.store.times import to_stored
from monitor.watch.recent import Line, Recent
from monitor.watch.traffic import Queue, Traffic
from monitor.web.app import MonitorApp, create_app
from monitor.web.components.upkeep_parts import schedule_words, size_words, span_words
from monitor.web.condition import Condition, Disk, Upkeep, measure_folder
from monitor.web.points import points_of, verdict
from monitor.web.words import Words

from .conftest import NOW
from .people import CHEAP, Person, person
from .reading import Element

ZONE = ZoneInfo("Asia/Shanghai")
NIGHTLY = Schedule("30 2 * * *", ZONE)
NOW_STORED = to_stored(NOW)
EVIL = "<script>alert(1)</script>"
ZH, EN = Words("zh"), Words("en")


@dataclass
class House:
    app: MonitorApp
    store: Store
    operator: Person
    recent: Recent

    def row(self, path: str, name: str) -> Element:
        """The row of a job or of a check."""
        rows = self.operator.get(path).all("tr")
        return next(one for one in rows if name in (one.attributes.get("data-job"), one.attributes.get("data-check")))

    def run(self, job: Job) -> int:
        return execute(self.store, job, due_at=NOW_STORED, by=history.BY_SCHEDULE, owner="test").run_id


@pytest.fixture(scope="module")
def house(regions: Regions, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    catalogues = load_catalogues([find_shipped("indicators.yaml")], regions)
    folder = tmp_path_factory.mktemp("upkeep")
    schedules: dict[str, Schedule | Every] = {"inbox": Every(2), "backup": NIGHTLY, "integrity": NIGHTLY}
    upkeep = Upkeep(schedules, folder / "backups", {"backup": folder / "backups"}, Recent(), NOW_STORED)
    with Store.open(folder / "m.duckdb", clock=lambda: NOW) as store:
        desk = Desk(store, catalogues, regions, MethodSettings())
        app = create_app(desk, secret_key=b"k" * 32, clock=lambda: NOW, passwords=CHEAP, upkeep=upkeep)
        assert upkeep.recent is not None
        yield House(app, store, person(app, "管系统的人", "operator"), upkeep.recent)


def told(page: Element) -> str:
    return page.one("div", "notice").text


def test_a_job_is_asked_for_paused_and_let_go_on(house: House) -> None:
    operator = house.operator
    assert "每天 02:30" in house.row("/jobs", "backup").text and "30 2 * * *" in house.row("/jobs", "backup").text
    assert "每 2 秒" in house.row("/jobs", "inbox").text and "还没有运行过" in house.row("/jobs", "backup").text
    page = operator.follow(operator.post("/do/jobs/backup/run", back="status"))
    assert "“备份”马上开始运行" in told(page) and page.one("h1").text.startswith("运行正常")
    assert [(one.job, one.by) for one in history.requests(house.store)] == [("backup", "管系统的人")]
    asked = house.row("/jobs", "backup")
    assert "马上开始" in asked.text and not [one for one in asked.all("button") if "立即运行" in one.text]
    assert "data-again" in _by_id(operator.get("/jobs"), "jobs").attributes
    assert "已暂停" in told(operator.follow(operator.post("/do/jobs/integrity/pause")))
    paused = house.row("/jobs", "integrity")
    assert "由 管系统的人 暂停" in paused.text and "恢复" in paused.text
    assert "作业已暂停：数据完整性检查" in operator.get("/status").one("h1").text
    assert "已恢复" in told(operator.follow(operator.post("/do/jobs/integrity/resume", back="//evil.example")))
    assert "2026-10-02 02:30" in house.row("/jobs?lang=en", "integrity").text
    operator.get("/jobs?lang=zh")
    assert operator.post("/do/jobs/nothing/pause").status_code == 404
    planner = person(house.app, "王计划", "planner")
    for path in ("/status", "/jobs", "/integrity"):
        assert planner.client.get(path).status_code == 403
    assert planner.post("/do/jobs/backup/run").status_code == 403


def test_a_run_shows_its_progress_its_log_and_what_it_touched(house: House) -> None:
    seen: list[Element] = []

    def work(under_way: Work) -> Summary:
        under_way.tell(f"第一步 {EVIL}", "step one", done=3, total=10)
        seen.append(house.operator.get("/jobs"))
        seen.append(house.operator.get(f"/jobs?run={under_way.run_id}"))
        refused = house.operator.follow(house.operator.post("/do/jobs/backup/run"))
        assert "正在运行" in told(refused)
        under_way.touch(f"/tmp/{EVIL}")
        return f"做好了 {EVIL}", "all done"

    run_id = house.run(Job("backup", NIGHTLY, work))
    board, under_way = seen
    assert board.one("h1").text == "正在运行：备份" and "3 / 10" in board.text
    assert board.one("progress").attributes["value"] == "3"
    assert "正在运行" in under_way.one("h1").text and "data-again" in _by_id(under_way, "run").attributes
    page = house.operator.get(f"/jobs?run={run_id}")
    assert page.one("h1").text == f"备份第 {run_id} 次运行：完成" and page.one("ul", "findings").text == f"/tmp/{EVIL}"
    assert f"第一步 {EVIL}" in page.one("table", "job-log").text
    assert EVIL not in house.operator.client.get(f"/jobs?run={run_id}").text
    assert "data-again" not in _by_id(page, "run").attributes
    assert "step one" in house.operator.get(f"/jobs?run={run_id}&lang=en").text
    house.operator.get("/jobs?lang=zh")
    for odd in ("0", "x", "999", "9" * 40, "%00"):
        assert house.operator.client.get(f"/jobs?run={odd}").status_code == 404


def test_the_history_is_filtered_by_job_and_tells_why_work_failed(house: House) -> None:
    def broken(_work: Work) -> Summary:
        raise OSError(28, "No space left on device", "/backups")

    failed = house.run(Job("backup", NIGHTLY, broken))
    page = house.operator.get("/jobs?job=backup&lang=zh")
    assert "作业失败：备份" in page.one("h1").text and "No space left" in house.row("/jobs", "backup").text
    numbers = [one.all("th")[0].text for one in page.one("table", "runs").all("tr")[1:]]
    assert numbers[0] == str(failed) and "失败" in page.one("table", "runs").text
    listed = {one.all("td")[0].text for one in page.one("table", "runs").all("tr")[1:]}
    chosen = [one for one in _by_id(page, "by-job").all("option") if "selected" in one.attributes]
    assert listed == {"备份"} and [one.attributes["value"] for one in chosen] == ["backup"]
    assert "还没有运行记录" in house.operator.get("/jobs?job=prune").text
    assert "不正常：作业失败：备份" in house.operator.get("/status").one("h1").text


def test_what_the_checks_found_is_shown_with_what_to_do(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    page = house.operator.get("/integrity")
    assert f"{len(all_checks())} 项检查还没有运行过" in page.one("h1").text
    house.run(integrity_job(house.store, NIGHTLY))
    clean = house.operator.get("/integrity")
    assert clean.one("h1").text == f"{len(all_checks())} 项检查全部通过" and clean.text.count("通过") > 20
    fault = next(check for check in all_checks() if check.severity == "fault")

    def found(store: Store) -> tuple[Any, ...]:
        from monitor.integrity.checks import CheckResult

        said = (fault.name, fault.severity, fault.zh, fault.en, fault.advice_zh, fault.advice_en)
        return (CheckResult(*said, 7, ("submission:3", EVIL), 0.5),)

    monkeypatch.setattr("monitor.jobs.work.upkeep.run_checks", found)
    run_id = house.run(integrity_job(house.store, NIGHTLY))
    page = house.operator.get("/integrity")
    assert "1 项检查发现错误" in page.one("h1").text and f"第 {run_id} 次运行" in page.text
    first = page.one("table", "check-table").all("tr")[1]
    assert first.attributes["data-check"] == fault.name and fault.advice_zh.split("`")[0] in first.text
    assert EVIL in first.text and "另有 5 处" in first.text and "/audit?object=submission%3A3" in [
        one.attributes["href"] for one in first.all("a")
    ]  # fmt: skip
    assert "未运行" in page.text and "1 项检查发现错误" in house.operator.get("/status").one("h1").text


def test_the_status_lists_the_newest_of_the_log(house: House) -> None:
    logger, texts = logging.Logger("monitor.web"), (f"fault 1234 {EVIL}", "slow", "token pm_" + "a" * 40)
    logger.addHandler(house.recent)
    for level, text in zip((logging.ERROR, logging.WARNING, logging.WARNING), texts, strict=True):
        record = logger.makeRecord("monitor.web", level, "", 0, text, (), None)
        record.created = NOW.timestamp() - 60
        logger.handle(record)
    logger.info("nothing of interest")
    page = house.operator.get("/status?lang=en")
    lines = page.one("table", "log-lines").all("tr")[1:]
    assert len(lines) == 3 and texts[0] in lines[2].text and "pm_…" in lines[0].text and "aaaa" not in page.text
    assert "2 more to see to" in page.one("h1").text
    cards = {one.one("h2").text: one for one in page.all("section", "point-card")}
    assert set(cards) == {EN(f"status.point_{one}") for one in (
        "space", "jobs", "backup", "integrity", "traffic", "mail", "log", "process",
    )}  # fmt: skip
    house.operator.get("/status?lang=zh")


def test_a_disk_that_cannot_be_asked_is_told_and_the_page_stands(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_asked: object) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr("shutil.disk_usage", gone)
    monkeypatch.setattr("monitor.web.condition.list_backups", gone)
    answer = house.operator.client.get("/status")
    assert answer.status_code == 200
    assert "读不出备份所在磁盘、数据文件夹所在磁盘的情况" in answer.text and "读不出备份文件夹" in answer.text


def _by_id(page: Element, name: str) -> Element:
    return next(one for one in page.all() if one.attributes.get("id") == name)


# what is well and what is not

BACKUP = Backup(Path("b"), NOW_STORED - timedelta(hours=5), "schedule", "nightly", 90, 5_000_000, False, True)


def state(name: str, **changes: Any) -> JobState:
    plain = JobState(name, name, name, "x", NOW_STORED + timedelta(hours=1), False, None, None, None, None, 0)
    return replace(plain, **changes)


SOUND = Condition(
    now=NOW_STORED, room=Room(9_000_000_000, 500_000_000),
    disks={"data": Disk(9_000_000_000, 20_000_000_000, True), "backup": Disk(9_000_000_000, 20_000_000_000, False)},
    parts={"database": 5_000_000}, growth=(1_500_000, NOW_STORED - timedelta(days=9)),
    jobs=(state("backup"), state("integrity"), state("mail")), failing=(), is_ticking=True, backups=(BACKUP,),
    owed={"backup": NOW_STORED - timedelta(hours=6)},
    findings=Findings(1, NOW_STORED, {"numbers": Found(0, (), 0.1)}), traffic=Traffic({}, Queue(), {}), lines=(),
    entries=100, sessions=1, started=NOW_STORED - timedelta(days=2), store="/data/m.duckdb",
)  # fmt: skip
LONG_AGO = NOW_STORED - timedelta(days=60)
FAULT = Found(1, ("x",), 0.1)
TROUBLES: tuple[tuple[dict[str, Any], str, str, str], ...] = (
    ({"room": Room(4, 5)}, "space", "fault", "已不收文件"),
    ({"room": None, "unread": frozenset({"data"})}, "space", "fault", "读不出数据文件夹所在磁盘"),
    ({"backups": (), "unread": frozenset({"shelf"})}, "backup", "fault", "读不出备份文件夹"),
    ({"room": Room(12, 5)}, "space", "heed", "磁盘只剩"),
    ({"disks": {"backup": Disk(1, 20, False)}}, "space", "fault", "备份所在磁盘快满了"),
    ({"is_ticking": False}, "jobs", "fault", "时钟没有走动"),
    ({"failing": (Failing("mail", NOW_STORED, None, "other"),)}, "jobs", "fault", "邮件提醒与催报"),
    ({"failing": (Failing("schedule", NOW_STORED, None, "store"),)}, "jobs", "fault", "不能按时开始"),
    ({"jobs": (state("backup", paused=True),)}, "jobs", "heed", "作业已暂停：备份"),
    ({"backups": ()}, "backup", "fault", "没有备份"),
    ({"backups": (), "owed": {}}, "backup", "heed", "没有备份"),
    ({"backups": (replace(BACKUP, whole=False),)}, "backup", "fault", "不可用"),
    ({"backups": (replace(BACKUP, made_at=NOW_STORED + timedelta(hours=2)),)}, "backup", "fault", "时间还没有到"),
    ({"backups": (replace(BACKUP, faults=2),)}, "backup", "fault", "数据库本身有 2 处差错"),
    ({"owed": {"backup": NOW_STORED - timedelta(hours=3)}}, "backup", "fault", "5 小时前的"),
    ({"backups": (replace(BACKUP, made_at=LONG_AGO),), "owed": {}, "jobs": (state("backup", next_due=None),)},
     "backup", "heed", "60 天前的"),
    ({"disks": {"backup": Disk(9_000_000_000, 20_000_000_000, True)}}, "backup", "heed", "同一块磁盘"),
    ({"findings": None}, "integrity", "heed", "尚未检查"),
    ({"findings": Findings(1, NOW_STORED, {"numbers": FAULT})}, "integrity", "fault", "1 项检查发现错误"),
    ({"findings": Findings(1, NOW_STORED, {"waiting_long": FAULT})}, "integrity", "heed", "1 项检查有提醒"),
    ({"findings": Findings(1, LONG_AGO, {}), "owed": {"integrity": NOW_STORED}}, "integrity", "heed", "60 天前"),
    ({"traffic": Traffic({}, Queue(3, LONG_AGO), {})}, "traffic", "heed", "等了 60 天"),
    ({"traffic": Traffic({}, Queue(), {"waiting": Queue(2, LONG_AGO)})}, "mail", "fault", "2 封邮件发不出去"),
    ({"traffic": Traffic({}, Queue(), {"failed": Queue(2, LONG_AGO)})}, "mail", "heed", "放弃了 2 封"),
    ({"lines": (Line(NOW_STORED, logging.ERROR, "x"),)}, "log", "heed", "1 次程序错误"),
)  # fmt: skip


def test_all_is_well_only_where_nothing_is_wrong() -> None:
    for words, said in ((ZH, "一切正常"), (EN, "All is well")):
        points = points_of(words, SOUND)
        assert verdict(words, points) == said and {one.level for one in points} == {"well"}
        assert not [one.advice for one in points if one.advice]
    facts = dict(next(one for one in points_of(ZH, SOUND) if one.name == "space").facts)
    assert facts["数据库增长"] == "+1.5 MB （2026-09-22 以来）" and facts["备份所在磁盘"].startswith("可用 9.0 GB")
    assert dict(next(one for one in points_of(ZH, SOUND) if one.name == "backup").facts)["其后的审计记录"] == "10 条"


@pytest.mark.parametrize(("changes", "name", "level", "said"), TROUBLES)
def test_each_trouble_is_in_the_verdict_with_what_to_do(
    changes: dict[str, Any], name: str, level: str, said: str
) -> None:
    for words in (ZH, EN):
        points = points_of(words, replace(SOUND, **changes))
        (point,) = [one for one in points if one.level in ("fault", "heed")]
        assert (point.name, point.level, point == points[0]) == (name, level, True)
        assert point.advice and point.said in verdict(words, points)
    assert said in verdict(ZH, points_of(ZH, replace(SOUND, **changes)))


def test_faults_come_first_and_the_rest_is_counted() -> None:
    both = replace(SOUND, is_ticking=False, backups=(), lines=(Line(NOW_STORED, logging.ERROR, "x"),))
    said = verdict(ZH, points_of(ZH, both))
    assert said == "不正常：作业的时钟没有走动；没有备份；另有 1 项请留意"
    nothing = replace(SOUND, jobs=(), backups=(), owed={}, findings=None, room=None, disks={}, growth=None)
    assert verdict(EN, points_of(EN, nothing)) == "All is well"


def test_schedules_sizes_and_spans_read_as_people_say_them() -> None:
    said = {
        "30 2 * * *": "every day at 02:30", "*/15 * * * *": "every 15 min", "* * * * *": "every 1 min",
        "5 * * * *": "every hour at minute 05", "0 3 1 * *": "on day 1 of each month at 03:00",
        "0 3 * * mon": "every Monday at 03:00", "never": "not by itself", "0 9-17 * * 1-5": "", "0 0 29 2 *": "",
    }  # fmt: skip
    found = {text: schedule_words(EN, Schedule(text, ZONE), NOW_STORED) for text in said}
    assert found == said and schedule_words(ZH, Schedule("0 3 * * sun", ZONE), NOW_STORED) == "每周日 03:00"
    assert [size_words(size) for size in (0, 999, 1_500, -2_000_000)] == ["0 B", "999 B", "1.5 kB", "−2.0 MB"]
    spans = [span_words(EN, seconds) for seconds in (0.25, 3.21, 59, 61, 7_300, 180_000, 1_732_000)]
    assert spans == ["0.25 s", "3.2 s", "59 s", "1 min", "2 h 1 min", "2 d 2 h", "20 d"]


def test_the_parts_of_the_data_folder_are_told_apart_and_links_count_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, size in (("m.duckdb", 10), ("m.duckdb.wal", 5), ("received/1", 7), ("audit/head", 2)):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"x" * size)
    for made in ("one", "two"):
        (tmp_path / "backups" / made).mkdir(parents=True)
        (tmp_path / "backups" / made / "m.duckdb").write_bytes(b"x" * 10)
    (tmp_path / "backups" / "two" / "1").hardlink_to(tmp_path / "backups" / "one" / "m.duckdb")
    monkeypatch.chdir(tmp_path)
    for store, backups in product((tmp_path / "m.duckdb", Path("m.duckdb")), (tmp_path / "backups", Path("backups"))):
        assert measure_folder(store, backups) == {"database": 15, "received": 7, "backups": 20, "rest": 2}
