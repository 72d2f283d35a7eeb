"""Mail and the inbox as an operator meets them: settings, `monitor mail`, and a server that watches."""

from __future__ import annotations

import csv
import io
import json
import signal
import time
from pathlib import Path

import pytest

from monitor.settings import SettingsError, load_settings
from tests.mail.test_mail import Letterbox, free_port, listening

from .conftest import Run
from .test_serving import started

HEADER = "indicator_id,region_code,period,numerator,denominator,value\n"
GOOD = HEADER + "enrolment_rate,320000,2023,8000,8200,\n"
CONTACTS = "region_code,name,email,language,role\n320000,王芳,wang@example.org,zh,reporter\n"


@pytest.fixture
def mail_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "contacts.csv").write_text(CONTACTS, encoding="utf-8")
    for name, value in {
        "SMTP_HOST": "127.0.0.1", "SMTP_PORT": str(free_port()), "SMTP_SECURITY": "none",
        "SMTP_FROM": "monitor@example.org", "CONTACTS": "contacts.csv", "PUBLIC_URL": "https://monitor.example.org",
    }.items():  # fmt: skip
        monkeypatch.setenv(f"MONITOR_{name}", value)
    return tmp_path


def returned(run: Run, folder: Path) -> None:
    (folder / "a.csv").write_text(GOOD, encoding="utf-8")
    assert run("ingest", "a.csv", "--by", "王芳").code == 0
    assert run("submissions", "return", "1", "--by", "李四", "--reason", "口径不符").code == 0


def test_a_return_is_written_sent_and_listed(run: Run, mail_settings: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    returned(run, mail_settings)
    failed = run("mail", "send")
    assert failed.code == 1 and "Connection" in failed.err and failed.err.count("\n") == 1
    listed = csv.DictReader(io.StringIO(run("mail", "list").out.lstrip("\ufeff")))
    (mail,) = [one for one in listed if one["kind"] == "returned"]  # what is due by today's date is another matter
    assert (mail["kind"], mail["state"], mail["attempts"]) == ("returned", "waiting", "1")
    box = Letterbox()
    with listening(box) as server:
        monkeypatch.setenv("MONITOR_SMTP_PORT", str(server.port))
        assert run("mail", "send").code == 0  # it waits for its time
        assert box.messages == []
    assert run("mail", "list", "--state", "waiting", "--output", "mails.xlsx").code == 0
    assert (mail_settings / "mails.xlsx").exists()
    assert json.loads(run("mail", "list", "--state", "sent", "--format", "json").out) == []
    noted = json.loads(run("audit", "list", "--action", "exported", "--object", "mails", "--format", "json").out)
    assert [json.loads(one["detail"] or "{}").get("file") for one in noted[:2]] == [None, "mails.xlsx"]


def test_a_first_send_that_succeeds_leaves_nothing_waiting(
    run: Run, mail_settings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    returned(run, mail_settings)
    box = Letterbox()
    with listening(box) as server:
        monkeypatch.setenv("MONITOR_SMTP_PORT", str(server.port))
        assert run("mail", "send").code == 0
        assert run("mail", "send").code == 0
    (message,) = [one for one in box.messages if one["Subject"].startswith("【退回】")]
    assert message["To"] == "wang@example.org" and "口径不符" in message.get_content()
    assert "https://monitor.example.org/submission/1" in message.get_content()


def test_without_a_server_sending_is_a_wrong_use(run: Run) -> None:
    assert run("mail", "send").code == 2


def test_faulty_contacts_and_passwords_are_told(run: Run, mail_settings: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    returned(run, mail_settings)
    (mail_settings / "contacts.csv").write_text(CONTACTS + "320000,x,nowhere,zh,reporter\n", encoding="utf-8")
    ended = run("mail", "send")
    assert ended.code == 2 and "contacts.csv" in ended.err and "row 3" in ended.err
    monkeypatch.setenv("MONITOR_CONTACTS", "gone.csv")
    assert run("mail", "send").code == 2
    monkeypatch.setenv("MONITOR_SMTP_USER", "monitor")
    for name in ("gone.txt", "empty.txt"):
        (mail_settings / "empty.txt").write_text("\n")
        monkeypatch.setenv("MONITOR_SMTP_PASSWORD_FILE", name)
        ended = run("mail", "send")
        assert ended.code == 2 and name in ended.err


def test_the_password_is_in_no_setting(run: Run, mail_settings: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (mail_settings / "password.txt").write_text("s3cret-of-ours\n")
    monkeypatch.setenv("MONITOR_SMTP_USER", "monitor")
    monkeypatch.setenv("MONITOR_SMTP_PASSWORD_FILE", "password.txt")
    ended = run("config")
    assert ended.code == 0 and "password.txt" in ended.out and "s3cret-of-ours" not in ended.out + ended.err


@pytest.mark.parametrize(
    ("variables", "says"),
    [
        ({"SMTP_HOST": "x"}, "MONITOR_SMTP_FROM"),
        ({"SMTP_FROM": "no address"}, "mail address"),
        ({"SMTP_FROM": "a@b\nBcc: c@d"}, "mail address"),
        ({"SMTP_USER": "x"}, "MONITOR_SMTP_PASSWORD_FILE"),
        ({"SMTP_SECURITY": "ssl"}, "starttls"),
        ({"SMTP_HOST": "mail.example.org", "SMTP_FROM": "a@b.org", "SMTP_USER": "x", "SMTP_PASSWORD_FILE": "p",
          "SMTP_SECURITY": "none"}, "in the clear"),
        ({"PUBLIC_URL": "javascript:alert(1)"}, "https://"),
        ({"SMTP_PORT": "0"}, "1 or more"),
        ({"INBOX_SECONDS": "0"}, "1 or more"),
    ],
)  # fmt: skip
def test_half_a_mail_server_is_refused(monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], says: str) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(f"MONITOR_{name}", value)
    with pytest.raises(SettingsError) as refused:
        load_settings()
    assert says in refused.value.en


@pytest.mark.process
def test_the_server_watches_the_inbox_and_stops_cleanly(tmp_path: Path) -> None:
    folder = tmp_path / "inbox" / "320000"
    folder.mkdir(parents=True)
    (tmp_path / "monitor.toml").write_text('inbox = "inbox"\ninbox_seconds = 1\n')
    with started(tmp_path, "serve") as (process, line):
        assert line
        (folder / "a.csv").write_text(GOOD, encoding="utf-8")
        receipt = folder / "a.csv.receipt.json"
        deadline = time.monotonic() + 60
        while not receipt.exists() and time.monotonic() < deadline:
            time.sleep(0.1)
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=30)
    assert (process.returncode, out) == (0, "") and err.startswith("there is no operator yet") and err.count("\n") == 1
    assert json.loads(receipt.read_text(encoding="utf-8"))["verdict"] == "review"
