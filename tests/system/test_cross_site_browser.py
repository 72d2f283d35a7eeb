"""A page of another origin in the browser of somebody signed in: what it posts is refused, and nothing changes."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from playwright.sync_api import Browser, Page, Response, expect

from monitor.intake.submissions import list_submissions
from tests.system.windows import House, settled

TARGETS = (
    "/do/upload", "/do/queue/accept", "/do/submission/1/accept", "/do/draft/1/submit", "/do/accounts", "/do/tokens",
    "/login/out", "/login/demo", "/login/password", "/_dash-update-component",
)  # fmt: skip
QUESTION = json.dumps({
    "output": "page.children", "outputs": {"id": "page", "property": "children"}, "changedPropIds": [],
    "inputs": [{"id": "address", "property": "pathname", "value": "/queue"},
               {"id": "address", "property": "search", "value": ""}], "state": [],
})  # fmt: skip
FORM = """address => {
    const form = document.createElement("form");
    Object.assign(form, {method: "post", action: address});
    for (const [name, value] of [["who", "demo-viewer"], ["all", "1,2,3"], ["reason", "x"]]) {
        const field = document.createElement("input");
        Object.assign(field, {name, value});
        form.append(field);
    }
    document.body.append(form);
    form.submit();
}"""
SIMPLE = """([address, body]) => fetch(address, {method: "POST", mode: "no-cors", credentials: "include", body})
    .then(answer => answer.type, () => "blocked")"""
ASKING = """([address, body]) => fetch(address, {method: "POST", credentials: "include", body,
    headers: {"Content-Type": "application/json"}}).then(answer => answer.text(), () => "blocked")"""


class Elsewhere(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = b"<!doctype html><title>elsewhere</title><body></body>"
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """Of a server of somebody else's on this machine."""
    with HTTPServer(("127.0.0.1", 0), Elsewhere) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join(timeout=10)


@pytest.fixture
def victim(browser: Browser, dashboard: House) -> Iterator[Page]:
    """Signed in at the dashboard's own door, so that the cookie is as it was set."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{dashboard.address}/login")
    page.get_by_role("button", name="计划员老王").click()
    settled(page)
    yield page
    context.close()


def standing(house: House) -> tuple[object, ...]:
    store = house.app.access.store
    return store.event_version(), house.app.access.accounts(), list_submissions(store)


# another port of the same machine is the same site, and the cookie goes with it; another name is another site
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_nothing_another_page_posts_is_done(
    victim: Page, dashboard: House, port: int, host: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("WARNING", "monitor.web")
    before, elsewhere = standing(dashboard), f"http://{host}:{port}/"
    name = dashboard.app.cookies.name
    cookies = [(one["name"], one["value"]) for one in victim.context.cookies(dashboard.address)]
    assert name in dict(cookies)
    for path in TARGETS:
        address = dashboard.address + path

        def is_post(answer: Response, address: str = address) -> bool:
            return answer.url == address and answer.request.method == "POST"

        victim.goto(elsewhere)
        with victim.expect_response(is_post) as form, victim.expect_navigation(url=address):
            victim.evaluate(FORM, address)
        assert form.value.status == 403, path
        if host == "127.0.0.1":  # the browser did bring the cookie: it is the door that refused
            assert name in form.value.request.all_headers().get("cookie", ""), path
        victim.goto(elsewhere)
        caplog.clear()
        assert victim.evaluate(SIMPLE, [address, QUESTION]) == "blocked", path
        assert [line.startswith(f"refused (403) POST {path} ") for line in caplog.messages] == [True], caplog.messages
        assert victim.evaluate(ASKING, [address, QUESTION]) == "blocked", path
    assert standing(dashboard) == before
    assert [(one["name"], one["value"]) for one in victim.context.cookies(dashboard.address)] == cookies
    victim.goto(f"{dashboard.address}/me")
    expect(settled(victim).locator("h1")).to_contain_text("计划员老王")
