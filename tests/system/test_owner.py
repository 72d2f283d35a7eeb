"""Commands that are typed while the server runs: the same bytes, streams, exit codes and files as without it."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from monitor.cli import COMMANDS
from monitor.commands.common import Plans
from tests.cycle.forms import form, shipped

CHECKOUT = Path(__file__).parents[2]
HEADER = "indicator_id,region_code,period,numerator,denominator\n"
Ended = tuple[int, str, str]

WRITING = (
    "ingest first.csv --accept --explain 台账更正 --by 张三",
    "ingest first.csv --accept --format json",
    "ingest first.csv second.csv --dry-run",
    "ingest second.csv",
    "ingest wrong.csv",
    "ingest 320000.xlsx --by 张三",
    "ingest",
    "submissions list",
    "submissions accept 2 --by 李四 --explain 口径调整",
    "submissions return 3 --by 李四 --reason 分母口径有误",
    "submissions accept 99",
    "snapshot freeze 第1版 --note 送审稿",
    "snapshot freeze 第1版",
    "people list",
    "people erase --receipt 4 --reason 本人要求 --by 王计划",
    "people erase --receipt 4",
    "user add --login zhangsan --name 张三 --role reporter --region 320000",
    "user add --login zhangsan --name 张三 --role planner",
    "user change zhangsan --role reporter --region 330000",
    "user disable zhangsan",
    "ingest second.csv --by 张三",
    "user enable zhangsan",
    "user password zhangsan",
    "user token add --name 江苏填报 --role reporter --region 320000",
    "user token revoke 1",
    "user token revoke 7",
    "user disable operator",
    "mail send",
    "round open final 2025 --title 总结评估 --by 王计划",
    "round open final 2025 --title 总结评估 --by 王计划",
    "round conclude 2025-final enrolment_rate undecidable --reason 数据不足 --paper first.csv --by 王计划",
    "round approve-conclusion 2025-final enrolment_rate --by 王计划",
    "round approve 2025-final --by 李主任",
    "task report s04-1 --state done --text 已完成 --day 2025-12-01 --paper second.csv --by 李四",
    "task report nothing --state done --text 已完成",
    "jobs pause prune",
    "jobs pause nothing",
    "jobs resume prune",
    "backup copies",
    "audit list --actor 李四",
    "audit export --output audit.jsonl",
    "verify --log audit.jsonl",
    "verify",
)
READING = (
    "check",
    "compute cross_province_settlement_rate --records . --period 2024-06",  # the shipped plan has no such definition
    "config",
    "assess --catalogue indicators.yaml --observations first.csv",
    "export scorecard --output scorecard.csv",
    "export scorecard --as-of 第1版 --method cagr --output scorecard.xlsx",
    "export observations --output observations.csv",
    "export history --output history.csv",
    "export gaps --region 320000 --period 2025 --output gaps.xlsx",
    "export submissions --output submissions.json",
    "export reporting --form quarterly --period 2025-Q4 --output reporting.csv",
    "export rates --output rates.parquet",
    "export scorecard --region 999999 --output none.csv",
    "export scorecard --as-of 2999-01-01 --output none.csv",
    "export scorecard --output nowhere/none.csv",
    "compare --from 第1版 --to 2026-01-01",
    "compare --from 第1版 --output changes.xlsx",
    "template --region 320000 --period 2025-Q4 --output form.xlsx",
    "submissions list --format json",
    "submissions list --as-of 第1版",
    "submissions show 1 --format json",
    "submissions show 99",
    "snapshot list",
    "people list",
    "user list --format json",
    "user token list",
    "mail list",
    "jobs list",
    "round list --format json",
    "round export 2025-final --output round.csv",
    "document table --round 2025-final --output table.docx",
    "task list --format json",
    "task export --output tasks.csv",
    "supervision list",
    "budget list",
    "budget export 2020-system --output target.xlsx",
    "levels",
    "duties list",
    "pooling employees --task 10000 --collected 9800",
    "sdmx data --indicator procured_drugs --output figures.xml",
    "rebuild",
)
NEITHER = {"demo", "serve", "restore", "jobs run", "jobs history"}  # own a store, need none, or run in the server
# moments, digests and secrets differ from one time to the next
_UNLIKE = re.compile(
    r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?Z?|\d{8}T\d{6}Z|\b[0-9a-f]{64}\b|\bpm_[\w-]{43}|^[\w-]{24}$"
    r"|[0-9.]+ (MB|s)\b",
    re.MULTILINE,
)


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What is typed about: files to send, a catalogue, an inbox."""
    folder = tmp_path_factory.mktemp("inputs")
    (folder / "first.csv").write_text(HEADER + "enrolment_rate,320000,2025-Q4,8000,8200\n", encoding="utf-8")
    (folder / "second.csv").write_text(HEADER + "enrolment_rate,330000,2025-Q4,5000,5100\n", encoding="utf-8")
    (folder / "wrong.csv").write_text(HEADER + "nothing,320000,2025-Q4,much,8200\n", encoding="utf-8")
    shutil.copy(CHECKOUT / "indicators.yaml", folder)
    form(Plans(*shipped(), "regions.csv", ""), folder, {"procured_drugs": 512})
    (folder / "in" / "320000").mkdir(parents=True)
    shutil.copy(folder / "first.csv", folder / "in" / "320000" / "again.csv")
    return folder


def environment(**settings: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MONITOR_")}
    given = {"MONITOR_PLAIN_HTTP": "true", **{f"MONITOR_{name}": text for name, text in settings.items()}}
    return {**kept, "LC_ALL": "C.UTF-8", "PYTHONPATH": str(CHECKOUT), **given}


@contextmanager
def served(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """The server over the store of the folder; stopped, and that cleanly, at the end."""
    process = subprocess.Popen(
        [sys.executable, "-m", "monitor", "serve", "--port", "0"],
        cwd=folder, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    try:
        assert process.stdout is not None and "http" in process.stdout.readline()
        yield process
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
    finally:
        process.kill()
        process.communicate()


class Typing:
    """Commands under way in a folder."""

    def __init__(self, folder: Path, commands: tuple[str, ...]) -> None:
        # the inbox is the commands': a server that watched it would be first
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.system.typed"],
            cwd=folder, env=environment(INBOX=str(folder / "in")),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert self._process.stdin is not None
        json.dump([command.split() for command in commands], self._process.stdin)
        self._process.stdin.close()
        self._process.stdin = None

    def ended(self) -> list[Ended]:
        out, _ = self._process.communicate(timeout=120)
        return [(code, out, err) for code, out, err in json.loads(out)]


def like(ended: Ended) -> Ended:
    code, out, err = ended
    return code, _UNLIKE.sub("…", out), _UNLIKE.sub("…", err)


def files_in(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def test_every_command_gives_the_same_with_a_running_server(inputs: Path, tmp_path: Path) -> None:
    typed_here = {" ".join(command.split()[:2]) for command in (*WRITING, *READING)}
    assert {name.split()[0] for name in typed_here | NEITHER} == set(COMMANDS)
    alone, beside = (Path(shutil.copytree(inputs, tmp_path / name)) for name in ("alone", "beside"))
    with served(alone):  # so that both stores begin with the entries of a first start
        pass
    with served(beside):
        both = [Typing(folder, WRITING) for folder in (alone, beside)]
        ended = [one.ended() for one in both]
        for command, one, other in zip(WRITING, *ended, strict=True):
            assert like(one) == like(other), command
        assert {code for code, _, _ in ended[0]} == {0, 1, 2}
        alone_log, beside_log = ((folder / "audit.jsonl").read_text(encoding="utf-8") for folder in (alone, beside))
        assert _UNLIKE.sub("…", alone_log) == _UNLIKE.sub("…", beside_log)
        before = files_in(beside).keys()
        with_server = Typing(beside, READING).ended()
        files_with = files_in(beside)
    for path in files_with.keys() - before:
        (beside / path).unlink()
    without = Typing(beside, READING).ended()
    for command, one, other in zip(READING, with_server, without, strict=True):
        assert one == other, command
    files_without = files_in(beside)
    assert files_with.keys() == files_without.keys() and len(files_with) > 15
    for name, content in files_with.items():
        assert content == files_without[name], name
