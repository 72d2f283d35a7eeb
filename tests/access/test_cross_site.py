"""Nothing that another site can make a browser send is obeyed: each route × content type × origin."""

from __future__ import annotations

import pytest

from .world import CALLBACKS, World

HOST = "http://localhost"
KINDS = {
    "application/x-www-form-urlencoded": b"reason=x&login=viewer&who=viewer",
    "multipart/form-data; boundary=b": b'--b\r\nContent-Disposition: form-data; name="reason"\r\n\r\nx\r\n--b--\r\n',
    "text/plain": b"reason=x",
    "application/json": b'{"output":"page.children","outputs":{"id":"page","property":"children"},"inputs":[]}',
}
FOREIGN = (
    {"Origin": "https://evil.example"}, {"Origin": "null"}, {"Origin": "http://localhost.evil.example"},
    {"Origin": "http://localhost:81"}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "cross-site", "Origin": HOST}, {"Origin": ""}, {"Origin": HOST, "Sec-Fetch-Site": "x"},
)  # fmt: skip


def posted(world: World) -> list[str]:
    """An address of each route that takes a POST, but for those of the API, which no cookie opens."""
    found = [rule.rule for rule in world.app.server.url_map.iter_rules() if "POST" in (rule.methods or ())]
    return sorted(rule.replace("<int:", "<").split("<")[0] + "1" * ("<" in rule) + rule.partition(">")[2]
                  for rule in found if not rule.startswith("/api/"))  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_a_post_of_another_site_is_refused_before_it_is_read(world: World, kind: str) -> None:
    client, places = world.client("planner"), posted(world)
    before = world.store.event_version()
    assert {"/login", "/login/out", "/login/password", "/do/upload", CALLBACKS, "/do/draft/1/submit"} <= set(places)
    for place in places:
        for headers in FOREIGN:
            answer = client.post(place, data=KINDS[kind], content_type=kind, headers=headers)
            assert (answer.status_code, "Set-Cookie" in answer.headers) == (403, False), (place, headers)
        if place != CALLBACKS and not place.startswith("/login"):  # where nothing says who sent it
            assert client.post(place, data=KINDS[kind], content_type=kind).status_code == 403, place
    assert client.post(CALLBACKS, data=KINDS["text/plain"], content_type=kind).status_code in (400, 415)
    assert world.store.event_version() == before
    assert client.get("/_dash-layout").status_code == 200  # still signed in


def test_a_post_of_ones_own_page_is_obeyed(world: World) -> None:
    for headers in ({"Origin": HOST}, {"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}):
        answer = world.client("planner").post("/do/queue/accept", headers=headers)
        assert answer.status_code == 303


def test_no_other_site_reads_or_frames_an_answer(world: World) -> None:
    answer = world.client("planner").get("/", headers={"Origin": "https://evil.example"})
    assert not [name for name, _ in answer.headers if name.lower().startswith("access-control")]
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
