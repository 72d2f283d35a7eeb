"""Signing in through a certified OpenID provider that runs on this machine (scripts/openid_provider.sh)."""

from __future__ import annotations

import json
import re
import secrets
import shutil
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect
from waitress.server import create_server

from monitor.access.accounts import Scope
from monitor.access.actors import Actor
from monitor.catalogue.loader import load_catalogues, load_regions
from monitor.method.settings import MethodSettings
from monitor.report.desk import Desk
from monitor.shipped import find_shipped
from monitor.store.store import Store
from monitor.web.app import MonitorApp, create_app
from monitor.web.front import Front
from monitor.web.oidc_provider import OidcSettings

HERE = Path(__file__).parent / "oidc"
INSTALLED = Path(__file__).parents[2] / ".node" / "oidc"
CLIENT = "plan-monitor"
SECRET = secrets.token_urlsafe(16)


@dataclass
class Bed:
    """A dashboard at `home` and the provider that it trusts, each a server on a port of this machine."""

    home: str
    issuer: str
    app: MonitorApp
    provider: subprocess.Popen[str]

    def notes(self, folder: Path) -> list[dict[str, Any]]:
        (folder / "notes.sql").write_text(
            "SELECT action, actor, detail FROM audit WHERE action LIKE 'sign%' ORDER BY seq"
        )
        rows = self.app.access.store.ask(folder / "notes.sql")
        return [{"action": action, "by": actor, **json.loads(detail or "{}")} for action, actor, detail in rows]


@pytest.fixture(scope="module")
def bed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bed]:
    assert (INSTALLED / "made-from").exists(), "scripts/openid_provider.sh puts the provider into .node"
    shutil.copy(HERE / "provider.mjs", INSTALLED)
    provider = subprocess.Popen(
        ["node", "provider.mjs"], cwd=INSTALLED, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    assert provider.stdin is not None and provider.stdout is not None
    issuer = f"http://127.0.0.1:{int(provider.stdout.readline())}"
    apps: list[MonitorApp] = []
    server = create_server(
        lambda environ, start: apps[0].server.wsgi_app(environ, start), host="127.0.0.1", port=0, threads=8,
        clear_untrusted_proxy_headers=False,
    )  # fmt: skip
    home = f"http://127.0.0.1:{server.effective_port}"
    regions = load_regions(find_shipped("data/regions.csv"))
    catalogues = load_catalogues([find_shipped("indicators.yaml")], regions)
    store = Store.open(tmp_path_factory.mktemp("oidc") / "store.duckdb")
    front = Front(oidc=OidcSettings(issuer, CLIENT, SECRET, home))
    desk = Desk(store, catalogues, regions, MethodSettings())
    apps.append(create_app(desk, secret_key=b"k" * 32, plain_http=True, front=front))
    console = Actor("console", "console")
    apps[0].access.add(console, login="wang.fang", name="王芳", role="planner", scope=Scope(), with_password=False)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    provider.stdin.write(json.dumps({"home": home, "client": CLIENT, "secret": SECRET}) + "\n")
    provider.stdin.flush()
    assert provider.stdout.readline() == "ready\n"
    yield Bed(home, issuer, apps[0], provider)
    provider.kill()
    provider.wait(timeout=10)
    server.close()
    thread.join(timeout=10)
    store.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context(locale="zh-CN")
    yield made
    made.close()


def go_to_the_provider(page: Page, bed: Bed, path: str) -> None:
    page.goto(bed.home + path)
    expect(page).to_have_url(re.compile(r"/login(\?next=.*)?$"))
    page.click("#oidc")
    page.wait_for_url(f"{bed.issuer}/**")


def give_a_name(page: Page, login: str) -> None:
    """The provider's own forms: a name with any password, then consent."""
    page.fill("input[name=login]", login)
    page.fill("input[name=password]", "any will do")
    page.click("button[type=submit]")
    page.click("button[type=submit]:has-text('Continue')")


def test_a_browser_signs_in_through_the_provider(context: BrowserContext, bed: Bed, tmp_path: Path) -> None:
    page = context.new_page()
    said: list[str] = []

    def heard(message: ConsoleMessage) -> None:  # the provider's own page asks for a font of another host
        if message.type == "error" and page.url.startswith(bed.home):
            said.append(message.text)

    page.on("console", heard)
    go_to_the_provider(page, bed, "/method?lang=zh")
    give_a_name(page, "wang.fang")
    page.wait_for_url(f"{bed.home}/method?lang=zh")
    page.wait_for_selector("html[data-ready]", state="attached")
    expect(page.locator(".who-name")).to_have_text("王芳")
    kept = {one["name"]: one for one in context.cookies(bed.home)}
    assert kept["monitor"]["httpOnly"] and kept["monitor"]["sameSite"] == "Lax"
    page.reload()
    expect(page.locator(".who-name")).to_have_text("王芳")
    last = bed.notes(tmp_path)[-1]
    assert (last["action"], last["by"], last["way"]) == ("signed_in", "王芳", "oidc")
    assert said == []


def test_somebody_without_an_account_is_told_so(context: BrowserContext, bed: Bed, tmp_path: Path) -> None:
    page = context.new_page()
    go_to_the_provider(page, bed, "/")
    give_a_name(page, "li.si")
    page.wait_for_url(f"{bed.home}/login/oidc/callback?**")
    expect(page.locator("#notice")).to_contain_text("li.si")
    expect(page.locator("#notice")).to_contain_text("没有这个登录名的账户")
    assert "王芳" not in page.content() and "wang.fang" not in page.content()
    assert "monitor" not in {one["name"] for one in context.cookies(bed.home)}
    last = bed.notes(tmp_path)[-1]
    assert (last["action"], last["way"], last["why"]) == ("sign_in_failed", "oidc", "unknown")


def test_giving_up_and_coming_back_twice_are_told(context: BrowserContext, bed: Bed) -> None:
    page = context.new_page()
    go_to_the_provider(page, bed, "/")
    page.click("a:has-text('Cancel')")
    expect(page.locator("#notice")).to_contain_text("没有让您登录")
    page.reload()
    expect(page.locator("#notice")).to_contain_text("已经用过")


def test_the_provider_ends_its_session_on_demand(context: BrowserContext, bed: Bed) -> None:
    page = context.new_page()
    go_to_the_provider(page, bed, "/")
    give_a_name(page, "li.si")
    page.wait_for_url(f"{bed.home}/**")
    page.goto(f"{bed.home}/login")
    page.click("a[href='/login/oidc/out']")
    page.wait_for_url(f"{bed.issuer}/**")
    assert page.url.startswith(f"{bed.issuer}/session/end?")
    page.click("button[type=submit]:has-text('Yes')")
    page.wait_for_url(f"{bed.home}/login?**")
    page.click("#oidc")
    expect(page.locator("input[name=login]")).to_be_visible()  # it asks again who is there


def test_a_provider_that_is_gone_on_the_way_back_is_told(context: BrowserContext, bed: Bed) -> None:
    """The last test of the file: it stops the provider."""
    page = context.new_page()
    with page.expect_request(lambda asked: "code_challenge=" in asked.url) as asked:
        go_to_the_provider(page, bed, "/")
    bed.provider.kill()
    bed.provider.wait(timeout=10)
    given = dict(parse_qsl(urlsplit(asked.value.url).query))
    back = urlencode({"code": "x", "state": given["state"], "iss": bed.issuer})
    answer = page.goto(f"{bed.home}/login/oidc/callback?{back}")
    assert answer is not None and answer.status == 503
    expect(page.locator("#notice")).to_contain_text("没有应答")
    expect(page.locator("#oidc")).to_be_visible()
