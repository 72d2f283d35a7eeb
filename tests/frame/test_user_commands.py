"""`monitor user`: accounts made, changed and closed at the machine, each password printed once and alone."""

from __future__ import annotations

import csv
import io
import os
import pwd

import pytest
from argon2 import PasswordHasher

from monitor.access import passwords

from .conftest import Run

ZHANG = ("--login", "zhangsan", "--name", "张三", "--role", "reporter", "--region", "320000")


@pytest.fixture(autouse=True)
def _cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        passwords, "PasswordHasher", lambda **_: PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    )


def listed(run: Run) -> dict[str, dict[str, str]]:
    rows = csv.DictReader(io.StringIO(run("user", "list").out.removeprefix("\ufeff")))
    return {row["login"]: row for row in rows}


def test_accounts_are_kept_at_the_machine(run: Run) -> None:
    made = run("user", "add", *ZHANG)
    assert made.code == 0 and made.out.count("\n") == 1 and len(made.out.strip()) == 24
    assert made.out.strip() not in made.err and "张三" in made.err
    assert run("user", "add", "--login", "root", "--name", "管理", "--role", "operator", "--no-password").code == 0
    row = listed(run)["zhangsan"]
    assert (row["role"], row["regions"], row["disabled"], row["password"]) == (
        "reporter",
        "320000",
        "false",
        "one-time",
    )
    assert listed(run)["root"]["password"] == ""

    changed = run("user", "change", "zhangsan", "--role", "reviewer", "--department", "待遇保障司", "--by", "管理")
    assert changed.code == 0
    row = listed(run)["zhangsan"]
    assert (row["role"], row["regions"], row["departments"], row["changed_by"]) == (
        "reviewer",
        "",
        "待遇保障司",
        "管理",
    )
    again = run("user", "password", "zhangsan")
    assert again.code == 0 and again.out != made.out
    assert run("user", "disable", "zhangsan").code == 0 and listed(run)["zhangsan"]["disabled"] == "true"
    assert run("user", "enable", "zhangsan").code == 0 and listed(run)["zhangsan"]["disabled"] == "false"
    actions = [row["action"] for row in csv.DictReader(io.StringIO(run("audit", "list", "--object", "account:1").out))]
    assert actions == ["account_enabled", "account_disabled", "password_reset", "account_changed", "account_added"]
    (lent,) = csv.DictReader(io.StringIO(run("audit", "list", "--action", "acted_at_console").out))
    assert "管理" in lent["detail"] and lent["actor"] not in ("", "管理")  # the system's user who gave the name


def test_the_environment_does_not_say_who_acted(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run("user", "add", *ZHANG).code == 0
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.setenv(name, "张三")
    assert run("submissions", "list").code == 0
    (taken,) = csv.DictReader(io.StringIO(run("audit", "list", "--action", "exported", "--object", "submissions").out))
    assert taken["actor"] == pwd.getpwuid(os.getuid()).pw_name


def test_what_is_wrong_is_one_line_and_changes_nothing(run: Run) -> None:
    assert run("user", "add", *ZHANG).code == 0
    before = listed(run)
    for wrong, code, said in (
        (("add", *ZHANG), 2, "zhangsan"),
        (("add", "--login", "other", "--name", "张 三", "--role", "viewer"), 2, "张 三"),
        (("add", "--login", "x y", "--name", "李四", "--role", "viewer"), 2, "--login"),
        (("change", "zhangsan", "--role", "reporter"), 2, "--region"),
        (("change", "nobody", "--role", "viewer"), 2, "nobody"),
        (("disable", "zhangsan", "--by", "张三"), 1, "role"),
        (("token", "add", "--name", "张三", "--role", "viewer"), 2, "张三"),
        (("token", "add", "--name", "t", "--role", "viewer", "--indicator", "enrolment_rate"), 2, "reviewer"),
    ):
        ended = run("user", *wrong)
        assert ended.code == code and said in ended.err and ended.err.count("\n") == 1, wrong
    assert listed(run) == before
