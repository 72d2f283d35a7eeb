"""A token's, and a person's, files of a day: told in words, with the seconds until more are taken."""

from __future__ import annotations

import io
from dataclasses import replace

from monitor.intake.limits import Limits
from monitor.web.app import create_app
from tests.web.people import CHEAP, OWN, sign_in

from .conftest import HEADER, HERE, World, row


def limited(world: World, **limits: int) -> None:
    world.app = create_app(
        world.desk, secret_key=b"k" * 32, clock=world.clock, passwords=CHEAP, limits=replace(Limits(), **limits)
    )


def test_a_token_is_told_when_it_may_send_again(world: World) -> None:
    limited(world, files_per_day=1)
    assert world.send(HEADER + row(), path="/submissions?dry_run=true").status_code == 200
    refused = world.send(HEADER + row(part="8001"))
    assert (refused.status_code, refused.get_json()["code"]) == (429, "too_many_files")
    assert 0 < int(refused.headers["Retry-After"]) <= 86_400

    limited(world, kept_bytes=10)
    refused = world.send(HEADER + row())
    assert (refused.status_code, refused.get_json()["code"]) == (507, "too_much_kept")
    assert "Retry-After" not in refused.headers and "MONITOR_MAX_KEPT_BYTES" in refused.get_json()["en"]


def test_a_disk_that_is_nearly_full_takes_nothing(world: World) -> None:
    limited(world, min_free_bytes=10**18)
    received = world.store.received_folder
    assert received is not None
    before, head = sorted(received.iterdir()), world.store.audit_head()
    refused = world.send(HEADER + row())
    assert (refused.status_code, refused.get_json()["code"]) == (507, "low_space")
    assert "暂不接收文件" in refused.get_json()["zh"] and "1,000,000,000,000 MB" in refused.get_json()["en"]
    assert sorted(received.iterdir()) == before and not list(world.store.staging_folder.glob("ingest-*/file"))
    assert world.store.audit_head().event_seq == head.event_seq
    assert world.get("/submissions")["items"] is not None


def test_a_page_says_it_in_words(world: World) -> None:
    limited(world, files_per_day=1)
    client = world.app.server.test_client()
    sign_in(client, world.app, "王填报", "reporter", HERE)

    def upload(**headers: str) -> tuple[int, str, str | None]:
        body = {"file": (io.BytesIO((HEADER + row()).encode()), "a.csv")}
        answer = client.post("/do/upload", data=body, headers={**OWN, **headers})
        if answer.status_code == 303:
            return 303, client.get(answer.headers["Location"]).text, None
        return answer.status_code, answer.get_json()["zh"], answer.headers.get("Retry-After")

    assert upload()[0] == 303
    status, said, wait = upload(Accept="application/json")
    assert status == 429 and "1 个文件" in said and wait is not None
    status, page, _ = upload()
    assert status == 303 and "达到每天的上限" in page
