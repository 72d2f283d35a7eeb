"""Signing in through an OpenID provider: the way there and back, and every answer that must not be believed."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from joserfc.jwk import OctKey
from werkzeug.test import TestResponse

from monitor.access.accounts import Scope
from monitor.access.actors import Actor
from monitor.access.signing import Access
from monitor.catalogue.regions import Regions
from monitor.store.store import Store
from monitor.web.gatekeeper import keep_the_door
from monitor.web.identity import Cookies, session_asking
from monitor.web.notices import NoticeBoard
from monitor.web.oidc import Handshakes, serve_oidc
from monitor.web.oidc_provider import Begun, OidcSettings
from monitor.web.oidc_provider import Provider as Trusted
from monitor.web.signing_in import SigningIn, serve_signing_in

from .openid_provider import CLIENT, SECRET, Provider, certificate, key, running, sealed, signed, unsigned
from .people import CHEAP

CONSOLE = Actor("console", "console")
HOME = "http://localhost"


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with running() as made:
        yield made


@pytest.fixture(autouse=True)
def _honest(provider: Provider) -> None:
    provider.reset()


@pytest.fixture(scope="module")
def access(regions: Regions, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Access]:
    store = Store.open(tmp_path_factory.mktemp("oidc") / "store.duckdb")
    made = Access(store, tuple, lambda: regions, passwords=CHEAP)
    for login, name in (("wang.fang", "王芳"), ("kang", "康"), ("gone", "已离任")):
        account = made.add(CONSOLE, login=login, name=name, role="planner", scope=Scope(), with_password=False)[0]
    made.change(CONSOLE, account.account_id, disabled=True)
    yield made
    store.close()


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Bed:
    """A server that trusts the provider, and a browser."""

    def __init__(
        self, access: Access, provider: Provider, *, claim: str = "preferred_username", plain_http: bool = True,
        ca_file: Path | None = None,
    ) -> None:  # fmt: skip
        self.access, self.provider, self.clock = access, provider, Clock()
        server, cookies = Flask("bed", static_folder=None), Cookies(plain_http)
        asking = session_asking(access, cookies)
        keep_the_door(server, asking)
        self.signing = SigningIn(access, cookies, asking, "Asia/Shanghai")
        serve_signing_in(server, self.signing, NoticeBoard())
        settings = OidcSettings(provider.issuer, CLIENT, SECRET, HOME, claim, ca_file)
        self.trusted, self.handshakes = Trusted(settings, self.clock), Handshakes(self.clock)
        serve_oidc(server, self.signing, self.trusted, self.handshakes)
        self.server = server

    def browser(self) -> FlaskClient:
        return self.server.test_client()

    def begin(self, browser: FlaskClient, next_: str = "/matrix") -> str:
        answer = browser.get("/login/oidc", query_string={"next": next_})
        assert answer.status_code == 303, answer.text
        return answer.headers["Location"]

    def end(self, browser: FlaskClient, back: dict[str, str]) -> TestResponse:
        return browser.get("/login/oidc/callback", query_string={"lang": "en"} | back)

    def whole(self, **claims: Any) -> TestResponse:
        """Both ways with a fresh browser; the provider vouches for 王芳 where nothing else is said."""
        browser = self.browser()
        back = self.provider.grant(self.begin(browser), **({"preferred_username": "wang.fang"} | claims))
        return self.end(browser, back)

    def notes(self, folder: Path) -> list[tuple[str, dict[str, str]]]:
        """What the log of the audit was told of signing in, in order."""
        (folder / "notes.sql").write_text("SELECT action, detail FROM audit WHERE action LIKE 'sign%' ORDER BY seq")
        return [(action, json.loads(detail or "{}")) for action, detail in self.access.store.ask(folder / "notes.sql")]


@pytest.fixture
def bed(access: Access, provider: Provider) -> Bed:
    return Bed(access, provider)


@pytest.fixture(scope="module")
def steady(access: Access, provider: Provider) -> Bed:
    """One that has heard already what the provider says of itself."""
    provider.reset()  # before the one for each test
    made = Bed(access, provider)
    made.begin(made.browser())
    return made


def who(bed: Bed, answer: TestResponse) -> str | None:
    """The login that a session's cookie of an answer stands for."""
    found = re.search(r"monitor=([^;]+)", "\n".join(answer.headers.getlist("Set-Cookie")))
    known = bed.access.known(found[1]) if found else None
    return known.account.login if known else None


def test_an_account_comes_in_and_goes_where_it_wanted(bed: Bed) -> None:
    answer = bed.whole()
    assert (answer.status_code, answer.headers["Location"], who(bed, answer)) == (303, "/matrix", "wang.fang")
    assert answer.headers["Cache-Control"] == "no-store"
    assert bed.provider.asked == ["/.well-known/openid-configuration", "/token", "/jwks"]
    assert who(bed, bed.whole(preferred_username="Wang.Fang")) == "wang.fang"
    assert bed.provider.asked[3:] == ["/token"]  # metadata and keys are kept


def test_the_question_carries_everything_that_the_answer_is_checked_with(bed: Bed) -> None:
    browser = bed.browser()
    asked = dict(parse_qsl(urlsplit(bed.begin(browser)).query))
    again = dict(parse_qsl(urlsplit(bed.begin(browser)).query))
    assert asked["client_id"] == CLIENT and asked["redirect_uri"] == f"{HOME}/login/oidc/callback"
    assert asked["scope"] == "openid profile" and asked["code_challenge_method"] == "S256"
    for name in ("state", "nonce", "code_challenge"):
        assert len(asked[name]) >= 20 and asked[name] != again[name]
    assert "code_verifier" not in asked


def failed(bed: Bed, answer: TestResponse, status: int, en: str) -> None:
    """Nobody is signed in, and a page of the reader's language says why, with the ways of signing in below."""
    assert (answer.status_code, who(bed, answer)) == (status, None), answer.text
    assert "Traceback" not in answer.text and answer.headers["Cache-Control"] == "no-store"
    assert 'id="notice"' in answer.text and 'href="/login/oidc' in answer.text
    assert en in answer.text


Forged = Callable[[Provider, dict[str, Any]], str]
FORGED: dict[str, Forged] = {
    "another key under the same name": lambda one, claims: signed(claims, key("one")),
    "another key": lambda one, claims: signed(claims, key("two"), kid="two"),
    "another key, unnamed": lambda one, claims: signed(claims, key("one"), kid=None),
    "no signature": lambda one, claims: unsigned(claims),
    "the client's secret as key": lambda one, claims: signed(claims, OctKey.import_key(SECRET), "HS256"),
    "the public key as secret": lambda one, claims: sealed(claims, one.key.as_pem(private=False)),
    "a published secret": lambda one, claims: signed(claims, OctKey.import_key("s" * 32), "HS256", "secret"),
    "changed after it was signed": lambda one, claims: signed(claims, one.key)[:-4] + "AAAA",
    "no token at all": lambda one, claims: "",
    "nonsense": lambda one, claims: "a.b.c",
}


@pytest.mark.parametrize("how", FORGED)
def test_a_token_that_the_provider_did_not_sign_is_not_believed(bed: Bed, how: str) -> None:
    secret = OctKey.import_key("s" * 32, {"kid": "secret", "use": "sig"}).as_dict(private=True)
    bed.provider.published.append(secret)
    bed.provider.metadata["id_token_signing_alg_values_supported"] = ["none", "HS256", "ES256"]
    bed.provider.token = lambda claims: FORGED[how](bed.provider, claims)
    failed(bed, bed.whole(), 502, "did not stand the checks")


@pytest.mark.parametrize(
    "wrong",
    [
        {"aud": "another-client"}, {"aud": []}, {"aud": ["another-client"]}, {"aud": "another-client", "azp": CLIENT},
        {"aud": [CLIENT, "another-client"]}, {"aud": [CLIENT, "another-client"], "azp": "another-client"},
        {"azp": "another-client"}, {"aud": None}, {"aud": 5}, {"aud": {CLIENT: 1}},
        {"iss": "https://evil.example"}, {"iss": None}, {"iss": ["x"]},
        {"nonce": "of-another-sign-in"}, {"nonce": None}, {"nonce": ""}, {"nonce_supported": False, "nonce": None},
        {"sub": None}, {"sub": ""}, {"sub": 5}, {"at_hash": "AAAA"}, {"exp": None}, {"iat": None},
    ],
    ids=str,
)  # fmt: skip
def test_a_token_that_says_something_wrong_is_not_believed(steady: Bed, wrong: dict[str, Any]) -> None:
    steady.provider.claims = lambda claims: claims | wrong
    failed(steady, steady.whole(), 502, "did not stand the checks")


@pytest.mark.parametrize(
    "wrong",
    [{"exp": 1}, {"exp": -(2**70)}, {"exp": True}, {"exp": "tomorrow"}, {"exp": float("nan")}, {"iat": 2**40},
     {"nbf": 2**40}, {"iat": float("inf")}],
    ids=str,
)  # fmt: skip
def test_a_token_out_of_its_time_is_not_believed(steady: Bed, wrong: dict[str, Any]) -> None:
    steady.provider.claims = lambda claims: claims | wrong
    failed(steady, steady.whole(), 502, "clocks")


def test_clocks_may_differ_by_a_minute(steady: Bed) -> None:
    steady.provider.claims = lambda claims: claims | {"iat": claims["iat"] + 40, "exp": claims["iat"] - 40}
    assert who(steady, steady.whole()) == "wang.fang"


def test_an_answer_is_good_once_in_the_browser_that_asked_for_ten_minutes(bed: Bed) -> None:
    mine, other = bed.browser(), bed.browser()
    back = bed.provider.grant(bed.begin(mine), preferred_username="wang.fang")
    failed(bed, bed.end(other, back), 400, "not begun in this browser")  # nor does it spoil mine
    bed.begin(other)
    failed(bed, bed.end(other, back), 400, "not begun in this browser")
    failed(bed, bed.end(mine, back | {"state": "x"}), 400, "not begun in this browser")
    assert who(bed, bed.end(mine, back)) == "wang.fang"
    failed(bed, bed.end(mine, back), 400, "used already")  # a replay
    first, second = bed.begin(mine), bed.begin(mine)  # two windows
    for url in (first, second):
        assert who(bed, bed.end(mine, bed.provider.grant(url, preferred_username="wang.fang"))) == "wang.fang"
    late = bed.provider.grant(bed.begin(mine), preferred_username="wang.fang")
    bed.clock.now += 601
    failed(bed, bed.end(mine, late), 400, "ten minutes")
    assert bed.provider.asked.count("/token") == 3  # the others were not even carried to the provider


def test_a_code_of_somebody_else_is_worth_nothing(steady: Bed) -> None:
    """Code injection: PKCE ties the code to the browser that asked for it."""
    mine, other = steady.browser(), steady.browser()
    stolen = steady.provider.grant(steady.begin(other), preferred_username="wang.fang")
    own = steady.provider.grant(steady.begin(mine), preferred_username="nobody")
    failed(steady, steady.end(mine, own | {"code": stolen["code"]}), 403, "did not let you in")


@pytest.mark.parametrize("iss", [None, "https://evil.example", ""])
def test_an_answer_of_another_provider_is_not_carried_to_ours(bed: Bed, iss: str | None) -> None:
    browser = bed.browser()
    back = bed.provider.grant(bed.begin(browser), preferred_username="wang.fang")
    del back["iss"]
    failed(bed, bed.end(browser, back if iss is None else back | {"iss": iss}), 502, "did not stand the checks")
    assert "/token" not in bed.provider.asked


@pytest.mark.parametrize(
    ("login", "status", "en"),
    [
        ("li.si", 403, "no account here has that login"), ("wang.fang ", 403, "no account"), ("gone", 403, "disabled"),
        ("\u212aang", 403, "no account"), ("\uff57ang.fang", 403, "no account"), ("", 502, "did not tell"),
        ("<script>alert(1)</script>", 403, "&lt;script&gt;"), (5, 502, "did not tell"), (None, 502, "did not tell"),
        (["wang.fang"], 502, "did not tell"), ("wang.fang\n", 502, "did not tell"), ("x" * 201, 502, "did not tell"),
    ],
)  # fmt: skip
def test_only_an_account_comes_in(bed: Bed, login: object, status: int, en: str) -> None:
    bed.provider.metadata["userinfo_endpoint"] = None
    answer = bed.whole(preferred_username=login)
    failed(bed, answer, status, en)
    assert "王芳" not in answer.text and "wang.fang<" not in answer.text


def test_a_claim_that_stands_in_userinfo_alone_is_fetched_for_the_same_person(
    access: Access, provider: Provider
) -> None:
    bed = Bed(access, provider)
    provider.userinfo = {"sub": "248289", "preferred_username": "wang.fang"}
    assert who(bed, bed.whole(preferred_username=None)) == "wang.fang"
    for other in ({"sub": "1", "preferred_username": "wang.fang"}, {"preferred_username": "wang.fang"}):
        provider.userinfo = other
        failed(bed, bed.whole(preferred_username=None), 502, "did not stand the checks")
    by_mail = Bed(access, provider, claim="email")
    assert "email" in parse_qsl(urlsplit(by_mail.begin(by_mail.browser())).query)[3][1]
    failed(by_mail, by_mail.whole(email="wang.fang", email_verified=False), 502, "did not tell")


def test_keys_are_fetched_anew_when_the_provider_changes_them(bed: Bed) -> None:
    assert who(bed, bed.whole()) == "wang.fang"
    for kid in ("two", "two"):  # under a new name, and a new one under the old name
        bed.provider.key = key(kid)
        bed.provider.published = [bed.provider.key.as_dict(private=False)]
        bed.provider.token = lambda claims, kid=kid: signed(claims, bed.provider.key, kid=kid)
        assert who(bed, bed.whole()) == "wang.fang"
    assert bed.provider.asked.count("/jwks") == 3
    bed.clock.now += 3601
    assert who(bed, bed.whole()) == "wang.fang"
    assert bed.provider.asked.count("/.well-known/openid-configuration") == 2


@pytest.mark.parametrize(
    ("change", "status", "en"),
    [
        ({"issuer": "https://login.example.org"}, 502, "not set up"), ({"issuer": None}, 502, "not set up"),
        ({"token_endpoint": "http://login.example.org/token"}, 502, "not set up"),
        ({"jwks_uri": None}, 502, "not set up"), ({"authorization_endpoint": "javascript:alert(1)"}, 502, "not set up"),
        ({"id_token_signing_alg_values_supported": ["none", "HS256"]}, 502, "not set up"),
    ],
    ids=str,
)  # fmt: skip
def test_a_provider_that_describes_itself_wrongly_is_asked_nothing(
    bed: Bed, change: dict[str, Any], status: int, en: str
) -> None:
    bed.provider.metadata |= change
    failed(bed, bed.browser().get("/login/oidc?next=/matrix&lang=en"), status, en)


@pytest.mark.parametrize(
    ("path", "given", "status", "en"),
    [
        ("/token", 500, 503, "does not answer"), ("/token", 302, 502, "not set up"),
        ("/token", 307, 502, "not set up"), ("/token", 429, 502, "did not stand"),
        ("/jwks", 404, 502, "not set up"), ("/jwks", 503, 503, "does not answer"),
    ],
)  # fmt: skip
def test_a_provider_that_fails_halfway_is_told(bed: Bed, path: str, given: int, status: int, en: str) -> None:
    bed.provider.status[path] = given
    bed.provider.answer = lambda answer: {"message": "no"} if given == 429 else answer
    failed(bed, bed.whole(), status, en)
    assert "/elsewhere" not in bed.provider.asked


@pytest.mark.parametrize(
    "answer", [[], "text", {}, {"id_token": 5}, {"error": ["x"]}, {"error": "invalid_client"}], ids=str
)
def test_answers_of_no_sense_are_told(steady: Bed, answer: Any) -> None:
    steady.provider.answer = lambda given: answer
    assert steady.whole().status_code == 502


@pytest.mark.parametrize(
    ("error", "status", "en"),
    [("access_denied", 403, "did not let you in"), ("temporarily_unavailable", 503, "does not answer"),
     ("invalid_scope", 502, "not set up"), ("<b>", 502, "not set up")],
)  # fmt: skip
def test_a_refusal_of_the_provider_is_told(steady: Bed, error: str, status: int, en: str) -> None:
    browser = steady.browser()
    back = steady.provider.grant(steady.begin(browser))
    refused = {"state": back["state"], "iss": back["iss"], "error": error, "error_description": "<script>"}
    answer = steady.end(browser, refused)
    failed(steady, answer, status, en)
    assert "<script>" not in answer.text and "<b>" not in answer.text


def test_a_provider_that_is_away_is_told_at_once_and_found_again(bed: Bed) -> None:
    bed.provider.status["/.well-known/openid-configuration"] = 503
    for _ in range(3):
        answer = bed.browser().get("/login/oidc")
        failed(bed, answer, 503, "没有应答")
        assert answer.headers["Retry-After"]
    assert len(bed.provider.asked) == 1  # not each of those who wait asks
    bed.provider.status.clear()
    bed.clock.now += 6
    assert who(bed, bed.whole()) == "wang.fang"
    bed.clock.now += 3601
    bed.provider.status["/.well-known/openid-configuration"] = 503
    assert who(bed, bed.whole()) == "wang.fang"  # what it said an hour ago is good until it says something else


@pytest.mark.parametrize(
    "next_",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "",
        "/a\r\nSet-Cookie:x",
        "x",
    ],
)
def test_nobody_is_led_elsewhere(steady: Bed, next_: str) -> None:
    browser = steady.browser()
    answer = steady.end(browser, steady.provider.grant(steady.begin(browser, next_), preferred_username="wang.fang"))
    assert (answer.status_code, answer.headers["Location"], who(steady, answer)) == (303, "/", "wang.fang")


def test_the_log_of_the_audit_is_told_and_nothing_secret_is_logged(
    bed: Bed, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    before = len(bed.notes(tmp_path))
    good = bed.whole()
    bed.whole(preferred_username="li.si")
    bed.provider.answer = lambda answer: {"error": "invalid_client", "error_description": SECRET}
    browser = bed.browser()
    back = bed.provider.grant(bed.begin(browser), preferred_username="wang.fang")
    bed.end(browser, back)
    bed.end(browser, back)
    notes = bed.notes(tmp_path)[before:]
    assert [(action, one["way"], one.get("why")) for action, one in notes] == [
        ("signed_in", "oidc", None), ("sign_in_failed", "oidc", "unknown"), ("sign_in_failed", "oidc", "setup"),
        ("sign_in_failed", "oidc", "state"),
    ]  # fmt: skip
    session = re.search(r"monitor=([^;]+)", good.headers["Set-Cookie"])
    assert session is not None
    for secret in (SECRET, back["code"], back["state"], session[1], "access-token-of-ours", "code_verifier"):
        assert secret not in caplog.text and secret not in str(notes)


def test_nobody_fills_the_log_of_the_audit(
    access: Access, provider: Provider, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitor.web.oidc._NOTES_A_MINUTE", 4)
    bed = Bed(access, provider)
    before = len(bed.notes(tmp_path))
    for _ in range(12):
        failed(bed, bed.end(bed.browser(), {"state": "x", "code": "y"}), 400, "not begun")
    assert len(bed.notes(tmp_path)) - before == 4
    bed.whole(preferred_username="li.si")  # what the provider vouched for is noted all the same
    assert len(bed.notes(tmp_path)) - before == 5


def test_what_is_begun_and_never_ended_does_not_pile_up() -> None:
    clock = Clock()
    kept = Handshakes(clock, most=100)
    for number in range(300):
        kept.keep(Begun("u", f"s{number}", "n", "v"), "browser", "/")
    assert kept.take("s199", "browser") is None and kept.take("s200", "browser") is not None
    clock.now += 601
    kept.keep(Begun("u", "new", "n", "v"), "browser", "/")
    assert len(kept._kept) == 1


def test_the_cookie_of_the_way_is_short_and_for_this_server_alone(access: Access, provider: Provider) -> None:
    bed = Bed(access, provider, plain_http=False)
    cookie = bed.browser().get("/login/oidc").headers["Set-Cookie"]
    assert cookie.startswith("__Host-monitor-oidc=")
    for flag in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=600"):
        assert flag in cookie
    assert "Domain" not in cookie


def test_the_session_at_the_provider_can_be_ended_too(bed: Bed) -> None:
    url = urlsplit(bed.browser().get("/login/oidc/out").headers["Location"])
    asked = dict(parse_qsl(url.query))
    assert url.path == "/end" and asked["post_logout_redirect_uri"] == f"{HOME}/login" and asked["client_id"] == CLIENT
    bed.provider.metadata = {"end_session_endpoint": None}
    bed.clock.now += 3601
    assert bed.browser().get("/login/oidc/out").headers["Location"] == "/login"


def test_the_other_language_is_no_second_sign_in(steady: Bed) -> None:
    answer = steady.end(steady.browser(), {"state": "x"})
    assert 'href="/login?next=%2F&amp;lang=zh"' in answer.text


def test_the_certificate_is_checked_by_the_authorities_of_the_settings_alone(
    access: Access, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    right, other = certificate(tmp_path), certificate(tmp_path, "127.0.0.2")
    with running(right) as provider:
        bed = Bed(access, provider, ca_file=right)
        assert who(bed, bed.whole()) == "wang.fang"
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(right))  # what requests would believe otherwise
        for ca_file in (None, other):
            bed = Bed(access, provider, ca_file=ca_file)
            failed(bed, bed.browser().get("/login/oidc?lang=en"), 502, "not set up")
    with running(other) as provider:  # a good certificate of another host
        bed = Bed(access, provider, ca_file=other)
        failed(bed, bed.browser().get("/login/oidc?lang=en"), 502, "not set up")


def test_only_some_talk_to_the_provider_at_once(bed: Bed) -> None:
    """So that a provider that answers slowly does not hold every thread of the server."""
    held = [bed.trusted._talks.acquire(blocking=False) for _ in range(16)]
    failed(bed, bed.browser().get("/login/oidc?lang=en"), 503, "Too many are signing in")
    assert all(held) and bed.provider.asked == []


def test_of_many_who_come_back_at_once_with_one_answer_one_is_let_in() -> None:
    kept = Handshakes()
    kept.keep(Begun("u", "state", "n", "v"), "browser", "/")
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: kept.take("state", "browser"), range(64)))
    assert sum(one is not None for one in found) == 1
