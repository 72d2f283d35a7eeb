"""Who was refused what stands in the log of the service, on one line, in UTC."""

from __future__ import annotations

import logging
import re

import pytest

from monitor.log_lines import FORMAT, Lines
from monitor.store.tokens import make_token
from monitor.web.app import MonitorApp

from .people import OWN, person


def test_whatever_is_refused_is_logged_with_who_asked(app: MonitorApp, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    viewer = person(app, "只看的人", "viewer").client
    _, token = make_token(app.cycle.store, name="只看的程序", role="viewer", regions=None, by="test")
    bearer = {"Authorization": f"Bearer {token}"}
    wrong = {"Authorization": f"Bearer {token[:-4]}AAAA"}
    nobody = app.server.test_client()
    statuses = [
        viewer.post("/do/audit/check", headers=OWN).status_code,
        viewer.post("/do/upload%0Aforged", headers={"Origin": "https://evil.example"}).status_code,
        nobody.get("/api/v1/queue", headers=bearer).status_code,
        nobody.get("/api/v1/queue", headers=wrong).status_code,
        nobody.get("/_dash-layout").status_code,
        viewer.get("/").status_code,
    ]
    assert statuses == [403, 403, 403, 401, 401, 200]
    lines = [Lines(FORMAT).format(one) for one in caplog.records if one.name == "monitor.web"]
    told = [re.sub(r".* WARNING ", "", line) for line in lines]
    assert told == [
        "refused (403) POST /do/audit/check to 只看的人 at 127.0.0.1",
        "refused (403) POST /do/upload\\nforged to nobody known at 127.0.0.1",
        "refused (403) GET /api/v1/queue to 只看的程序 at 127.0.0.1",
        "refused (401) GET /api/v1/queue to nobody known at 127.0.0.1",
    ]
    assert all(re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z WARNING ", line) for line in lines)
    assert token[8:] not in "".join(lines)
