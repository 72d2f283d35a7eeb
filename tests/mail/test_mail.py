"""Mail against a real server on loopback: what is written, that it leaves once, and what a bad server costs."""

from __future__ import annotations

import email
import email.policy
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from importlib.resources import files
from itertools import count
from pathlib import Path
from string import Template
from types import SimpleNamespace
from typing import Any

import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.access.actors import Actor
from monitor.catalogue import parse_catalogues, parse_regions
from monitor.intake.cycle import Cycle
from monitor.mail.collect import Postman
from monitor.mail.contacts import Contacts, ContactsError, load_contacts, parse_contacts
from monitor.mail.delivery import MailServer, compose, deliver
from monitor.mail.letters import KINDS, write_letter
from monitor.mail.outbox import DELAYS, MOST_ATTEMPTS, Outbox, list_mails
from monitor.method.settings import MethodSettings
from monitor.report.desk import Desk
from monitor.store.store import Store
from tests.intake.desk import PLAN, REGIONS, as_csv, row
from tests.properties import examples

FORMS = """
forms:
  - id: quarterly
    name: {zh: 季报表, en: Quarterly form}
    indicators: [enrolment_rate, fund_income]
    frequency: quarter
    first: 2024-Q1
    last: 2024-Q4
    due: {days: 20}
    closes: {days: 60}
"""
CONTACTS = """region_code,name,email,language,role
110000,王芳,wang@example.org,zh,reporter
110000,Bo,bo@example.org,en,reporter
120000,李娜,li@example.org,zh,reporter
000000,审核员,review@example.org,zh,reviewer
120000,Tian,tian@example.org,en,reviewer
"""
SENDER = "monitor@example.org"


class World:
    """A small plan with a quarterly form, contacts, a store whose clock stands where it is put."""

    def __init__(self) -> None:
        self.now = datetime(2024, 4, 5, 2, 0, tzinfo=UTC)
        regions = parse_regions(REGIONS, "regions.csv")
        catalogues = parse_catalogues([("small_plan.yaml", PLAN + FORMS)], regions)
        self.store = Store.open(":memory:", clock=lambda: self.now)
        self.desk = Desk(self.store, catalogues, regions, MethodSettings(), "Asia/Shanghai")
        self.cycle = Cycle(self.store, catalogues, regions)
        self.contacts = parse_contacts(CONTACTS, "contacts.csv", regions)
        self.postman = Postman(self.desk, self.contacts, SENDER, public_url="https://monitor.example.org/")

    def send(self, folder: Path, region: str = "110000", value: str = "96.2") -> int:
        path = folder / f"{region}.csv"
        path.write_text(as_csv([row(region_code=region, period="2024-Q1", value=value)]))
        result = self.cycle.send(Actor("王芳", "reporter", frozenset({region})), path, name=path.name)
        (outcome,) = result.submissions
        assert outcome.submission_id is not None
        return outcome.submission_id

    def mails(self, *kinds: str) -> list[Any]:
        return [mail for mail in list_mails(self.store) if not kinds or mail.kind in kinds]

    def put(self, number: int = 1, recipients: Sequence[str] = ("a@example.org",)) -> None:
        outbox = Outbox(self.store, SENDER)
        outbox.put(
            "called", language="zh", recipients=recipients, subject=f"题 {number}", body="正文\n", key=f"k{number}"
        )


@pytest.fixture
def world() -> Iterator[World]:
    made = World()
    yield made
    made.store.close()


class Letterbox:
    """The server's side: keeps what comes; refuses what it is told to."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self.refuse: dict[str, str] = {}
        self.data_answer = "250 OK"
        self.logins: list[LoginPassword] = []

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        if self.data_answer.startswith("250"):
            message = email.message_from_bytes(envelope.content, policy=email.policy.default)
            assert isinstance(message, EmailMessage)
            self.messages.append(message)
        return self.data_answer

    def authenticate(self, _server: Any, _session: Any, _envelope: Any, _mechanism: str, given: Any) -> AuthResult:
        self.logins.append(given)
        is_right = given.password == b"right"
        return AuthResult(success=is_right, handled=False, message=None if is_right else f"535 no: {given.password!r}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def listening(box: Letterbox, **options: Any) -> Iterator[MailServer]:
    port = free_port()
    controller = Controller(box, hostname="127.0.0.1", port=port, **options)
    controller.start()
    try:
        yield MailServer("127.0.0.1", SENDER, "none", port, timeout=5.0)
    finally:
        controller.stop()


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, Path]:
    """A server's context, and the authority that vouches for it."""
    ca = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca.issue_cert("127.0.0.1").configure_cert(context)
    path = tmp_path_factory.mktemp("ca") / "ca.pem"
    ca.cert_pem.write_to_path(str(path))
    return context, path


# ---- what is written


def test_a_return_is_told_once_with_its_reasons_in_each_readers_language(world: World, tmp_path: Path) -> None:
    submission = world.send(tmp_path)
    reviewer = Actor("张三", "reviewer")
    world.cycle.return_(reviewer, submission, reason="与年报不符", remarks={"enrolment_rate": "请核对分母"})
    assert world.postman.collect() >= 2
    zh, en = sorted(world.mails("returned"), key=lambda mail: mail.language, reverse=True)
    assert (zh.recipients, en.recipients) == (("wang@example.org",), ("bo@example.org",))
    assert zh.subject == "【退回】季报表 2024-Q1（北京市）第 1 次报送"
    for text in (
        "原因：与年报不符",
        "- 参保率：请核对分母",
        "张三",
        f"https://monitor.example.org/submission/{submission}\n",
    ):
        assert text in zh.body
    assert "- Enrolment rate: 请核对分母" in en.body and "?lang=en" in en.body and en.submission_id == submission
    assert world.postman.collect() == 0


def test_an_acceptance_is_told_only_with_remarks(world: World, tmp_path: Path) -> None:
    reviewer = Actor("张三", "reviewer")
    plain, remarked = world.send(tmp_path), world.send(tmp_path, "120000")
    world.cycle.comment(reviewer, remarked, {"enrolment_rate": "下次请附说明"})
    for submission in (plain, remarked):
        world.cycle.accept(reviewer, submission, explain="ok")
    world.postman.collect()
    (mail,) = world.mails("accepted")
    assert mail.region_code == "120000" and "- 参保率：下次请附说明" in mail.body


def test_a_call_is_announced_comes_due_and_is_overdue(world: World, tmp_path: Path) -> None:
    world.send(tmp_path, "120000")  # has sent: not written to
    seen = []
    for day in range(70):
        world.now = datetime(2024, 3, 31, 2, 0, tzinfo=UTC) + timedelta(days=day)
        world.postman.collect()
        for mail in world.mails("called", "due_soon", "overdue"):
            if mail.mail_id not in [one for one, *_ in seen]:
                seen.append((mail.mail_id, mail.kind, mail.language, mail.region_code, world.now.date().isoformat()))
    told = [(kind, day) for _, kind, language, region, day in seen if language == "zh" and region == "110000"]
    assert told == [
        ("called", "2024-04-01"), ("due_soon", "2024-04-17"), ("overdue", "2024-04-21"), ("overdue", "2024-04-27"),
        ("overdue", "2024-05-11"),
    ]  # fmt: skip
    assert {region for *_, region, _ in seen} == {"110000"}


def test_a_store_that_was_silent_for_years_begins_without_old_reminders(world: World, tmp_path: Path) -> None:
    submission = world.send(tmp_path)
    world.cycle.return_(Actor("张三", "reviewer"), submission, reason="x")
    world.now = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
    assert world.postman.collect() == 0


def test_reviewers_are_told_in_the_morning_what_waits(world: World, tmp_path: Path) -> None:
    world.send(tmp_path)
    world.now = datetime(2024, 4, 5, 23, 30, tzinfo=UTC)  # 07:30 in Shanghai
    world.postman.collect()
    assert world.mails("waiting") == []
    world.now += timedelta(hours=1)
    world.postman.collect()
    (mail,) = world.mails("waiting")
    assert mail.recipients == ("review@example.org",) and "- 北京市 1" in mail.body  # 天津's reviewer has nothing to do
    world.now += timedelta(hours=5)
    assert world.postman.collect() == 0
    world.now += timedelta(days=1)
    world.postman.collect()
    assert len(world.mails("waiting")) == 2


def test_a_chase_reminds_those_who_owe_once_a_day(world: World, tmp_path: Path) -> None:
    world.send(tmp_path, "120000")
    world.now = datetime(2024, 4, 25, 2, 0, tzinfo=UTC)
    done = world.postman.chase(form="quarterly", period="2024-Q1", by="张三")
    assert [(one.region, len(one.mails), one.why_not) for one in done] == [
        ("110000", 2, None), ("660000", 0, "no_contact"),
    ]  # fmt: skip
    again = world.postman.chase(form="quarterly", period="2024-Q1", region="110000", by="张三")
    assert [one.why_not for one in again] == ["today_already"]
    assert {mail.created_by for mail in world.mails("overdue")} == {"张三"}


@pytest.mark.parametrize("kind", KINDS)
def test_both_languages_ask_for_the_same_values(kind: Any) -> None:
    texts = [
        (files("monitor.mail") / "templates" / language / f"{kind}.txt").read_text(encoding="utf-8")
        for language in ("zh", "en")
    ]
    names = [set(Template(text).get_identifiers()) for text in texts]
    assert names[0] == names[1]


@settings(max_examples=examples(200))
@given(st.text(max_size=300), st.text(max_size=300))
def test_no_text_reaches_a_header_or_the_template(name: str, reason: str) -> None:
    names = ("region", "form", "period", "revision", "file", "submission", "reviewer", "remarks", "link")
    values = {**dict.fromkeys(names, name), "reason": reason}
    subject, body = write_letter("returned", "zh", values)
    mail = replace(BLANK, subject=subject, body=body.encode("utf-8", "replace").decode())
    read = email.message_from_bytes(compose(mail).as_bytes(), policy=email.policy.default)
    assert list(read.keys()) == list(compose(BLANK).keys())
    assert read["To"] == "a@example.org" and "\n" not in read["Subject"]


def _blank() -> Any:
    world = World()
    world.put()
    (mail,) = world.mails()
    world.store.close()
    return mail


BLANK = _blank()


def test_the_message_is_plain_and_the_same_each_time() -> None:
    message = compose(BLANK)
    assert message.get_content_type() == "text/plain" and message.get_content_charset() == "utf-8"
    assert message["Message-ID"] == compose(BLANK)["Message-ID"] and message["Message-ID"].endswith("@example.org>")
    assert email.utils.parsedate_to_datetime(message["Date"]) == datetime(2024, 4, 5, 2, 0, tzinfo=UTC)
    assert message.get_content() == "正文\n" and message["Subject"] == "题 1"
    with pytest.raises(ValueError):
        compose(replace(BLANK, recipients=("a@example.org\nBcc: x@example.org",)))


# ---- how it leaves


def test_a_mail_leaves_once(world: World) -> None:
    box = Letterbox()
    world.put(1)
    world.put(1)
    world.put(2, ("a@example.org", "b@example.org"))
    with listening(box) as server:
        assert deliver(world.store, server).sent == 2
        assert deliver(world.store, server).sent == 0
    assert [message["Subject"] for message in box.messages] == ["题 1", "题 2"]
    assert box.messages[1]["To"] == "a@example.org, b@example.org"
    assert {mail.state for mail in world.mails()} == {"sent"}


def test_a_mail_that_waited_for_a_server_comes_from_the_servers_address(world: World) -> None:
    box = Letterbox()
    Outbox(world.store, "monitor@localhost").put(
        "called", language="zh", recipients=["a@example.org"], subject="题", body="正文", key="k"
    )
    with listening(box) as server:
        assert deliver(world.store, server).sent == 1
    assert box.messages[0]["From"] == SENDER


def test_a_recipient_who_is_refused_is_written_down(world: World) -> None:
    box = Letterbox()
    box.refuse = {"b@example.org": "550 no such user"}
    world.put(1, ("a@example.org", "b@example.org"))
    world.put(2, ("b@example.org",))
    with listening(box) as server:
        done = deliver(world.store, server)
    assert (done.sent, done.failed) == (1, 1)
    second, first = world.mails()
    assert first.is_sent and "b@example.org" in first.last_detail
    assert second.state == "waiting" and "550 no such user" in second.last_detail


def test_a_server_that_refuses_a_mail_gets_the_next_one(world: World) -> None:
    box = Letterbox()
    box.data_answer = "451 try later"
    world.put(1)
    world.put(2)
    with listening(box) as server:
        assert deliver(world.store, server).failed == 2
        box.data_answer = "250 OK"
        assert deliver(world.store, server).sent == 0  # not before its time
        world.now += DELAYS[0]
        assert deliver(world.store, server).sent == 2


def test_it_is_tried_again_after_growing_times_and_given_up_in_the_end(world: World) -> None:
    world.put()
    nobody = MailServer("127.0.0.1", SENDER, "none", free_port(), timeout=1.0)
    moments = []
    for _ in range(12 * 24 * 60):
        if deliver(world.store, nobody).failed:
            moments.append(world.now)
        (mail,) = world.mails()
        if mail.state == "failed":
            break
        world.now += DELAYS[mail.attempts - 1] - timedelta(seconds=1)
        assert deliver(world.store, nobody).failed == 0
        world.now += timedelta(seconds=1)
    assert len(moments) == MOST_ATTEMPTS and mail.attempts == MOST_ATTEMPTS
    world.now += timedelta(days=365)
    assert deliver(world.store, nobody).failed == 0


def test_a_clock_that_was_put_back_holds_no_mail(world: World) -> None:
    world.put()
    nobody = MailServer("127.0.0.1", SENDER, "none", free_port(), timeout=1.0)
    deliver(world.store, nobody)
    world.now -= timedelta(days=30)
    assert deliver(world.store, nobody).failed == 1


def test_a_server_that_hangs_costs_its_time_and_no_more(world: World) -> None:
    for number in range(5):
        world.put(number)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        server = MailServer("127.0.0.1", SENDER, "none", silent.getsockname()[1], timeout=0.2)
        done = deliver(world.store, server)
    assert done.failed == 5 and done.fault is not None and "timed out" in done.fault.lower()
    assert {mail.attempts for mail in world.mails()} == {1}


@pytest.mark.parametrize("security", ["none", "starttls", "tls"])
def test_a_server_that_dribbles_costs_one_session_and_no_more(world: World, security: Any) -> None:
    """Each answer comes in time, and there is no end of them."""
    for number in range(5):
        world.put(number)
    first, then = (b"\x16\x03\x03\x40\x00", b"\x02") if security == "tls" else (b"", b"220-hello\r\n")
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()

        def dribble() -> None:
            line, _ = listener.accept()
            with line, suppress(OSError):
                line.sendall(first)
                while True:
                    line.sendall(then)
                    time.sleep(0.02)

        dribbling = threading.Thread(target=dribble, daemon=True)
        dribbling.start()
        server = MailServer("127.0.0.1", SENDER, security, listener.getsockname()[1], timeout=5.0, session=0.3)
        done = deliver(world.store, server)
        dribbling.join(30)
    assert done.failed == 5 and done.fault is not None and "not done after 0.3 s" in done.fault
    assert not dribbling.is_alive() and {mail.attempts for mail in world.mails()} == {1}


def test_more_mails_than_one_session_has_time_for_leave_over_several(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        world.put(number)
    parted: list[int] = []

    class Counting(Letterbox):
        async def handle_QUIT(self, *_: Any) -> str:
            parted.append(1)
            return "221 bye"

    box, moments = Counting(), count(0, 40)
    monkeypatch.setattr("monitor.mail.delivery.time", SimpleNamespace(monotonic=lambda: float(next(moments))))
    with listening(box) as server:
        assert deliver(world.store, server).sent == 3
    assert len(parted) == 3 and len(box.messages) == 3


def test_encryption_that_is_asked_for_and_not_there_sends_nothing(world: World) -> None:
    box = Letterbox()
    world.put()
    with listening(box) as server:
        for security in ("starttls", "tls"):
            done = deliver(world.store, replace(server, security=security, timeout=1.0))
            assert done.failed == 1 and done.sent == 0
            world.now += timedelta(hours=1)
    assert box.messages == []


def test_a_certificate_that_nobody_vouches_for_is_refused(world: World, authority: tuple[ssl.SSLContext, Path]) -> None:
    context, trusted = authority
    box = Letterbox()
    world.put()
    with listening(box, tls_context=context, require_starttls=True) as server:
        done = deliver(world.store, replace(server, security="starttls"))
        assert done.failed == 1 and "CERTIFICATE_VERIFY_FAILED" in (done.fault or "")
        world.now += DELAYS[0]
        assert deliver(world.store, replace(server, security="starttls", trust=trusted)).sent == 1
    assert len(box.messages) == 1


def test_the_password_is_sent_and_never_told(world: World, authority: tuple[ssl.SSLContext, Path]) -> None:
    context, trusted = authority
    box = Letterbox()
    world.put()
    options = {"tls_context": context, "authenticator": box.authenticate, "auth_required": True}
    with listening(box, **options) as server:
        safe = replace(server, security="starttls", trust=trusted, user="monitor", password="wrong-secret")
        done = deliver(world.store, safe)
        assert done.failed == 1 and "535" in (done.fault or "")
        assert "wrong-secret" not in (done.fault or "") and "wrong-secret" not in repr(safe)
        (mail,) = world.mails()
        assert "wrong-secret" not in mail.last_detail
        world.now += DELAYS[0]
        assert deliver(world.store, replace(safe, password="right")).sent == 1  # pragma: allowlist secret
    assert box.logins[-1] == LoginPassword(b"monitor", b"right")


def test_a_sent_mail_is_an_event_of_its_own_and_no_submissions_state(world: World, tmp_path: Path) -> None:
    submission = world.send(tmp_path)
    world.cycle.return_(Actor("张三", "reviewer"), submission, reason="x")
    world.postman.collect()
    box = Letterbox()
    with listening(box) as server:
        assert deliver(world.store, server).sent == len(world.mails())
    assert world.cycle.review(Actor("张三", "reviewer"), submission).detail.submission.state == "returned"


# ---- contacts


def test_contacts_are_read_in_both_scripts_and_encodings(world: World, tmp_path: Path) -> None:
    path = tmp_path / "contacts.csv"
    path.write_bytes("地区代码,姓名,邮箱,角色\n110000,王芳,wang@example.org,填报人\n\n".encode("gb18030"))
    (one,) = load_contacts(path, world.desk.current.regions).people
    assert (one.name, one.language, one.role) == ("王芳", "zh", "reporter")


def test_every_fault_of_the_contacts_is_told_with_its_row(world: World) -> None:
    text = CONTACTS + "999999,x,x@example.org,zh,reporter\n110000,x,no address,fr,boss\n"
    with pytest.raises(ContactsError) as faults:
        parse_contacts(text, "contacts.csv", world.desk.current.regions)
    for part in ("contacts.csv", "第 7 行", "999999", "第 8 行", "no address", "reporter 或 reviewer", "zh 或 en"):
        assert part in faults.value.zh
    with pytest.raises(ContactsError, match="email"):
        parse_contacts("region_code,name\n", "c.csv", world.desk.current.regions)


@pytest.mark.parametrize(
    "address", ["a@b\nBcc: c@d", "a b@c", "@c", "a@", "a@b@c", "<a@b>", "a@b,c@d", "甲@example.org", ""]
)
def test_what_is_no_single_address_is_refused(world: World, address: str) -> None:
    quoted = address.replace('"', '""')
    with pytest.raises(ContactsError):
        parse_contacts(
            f'region_code,name,email,role\n110000,x,"{quoted}",reporter\n', "c.csv", world.desk.current.regions
        )


def test_nobody_to_write_to_is_no_fault(world: World, tmp_path: Path) -> None:
    submission = world.send(tmp_path)
    world.cycle.return_(Actor("张三", "reviewer"), submission, reason="x")
    assert Postman(world.desk, Contacts(()), SENDER).collect() == 0
