"""People of the cycle, each with a browser without scripts, and the files they send."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from typing import Any

from argon2 import PasswordHasher
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from monitor.access.accounts import Account, Scope
from monitor.access.actors import Actor
from monitor.access.passwords import Passwords
from monitor.access.rights import AccountRole
from monitor.web.app import MonitorApp

from .reading import Element, read

CHEAP = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
OWN = {"Origin": "http://localhost"}
HEAD = "indicator_id,region_code,period,numerator,denominator,value,note\n"
GOOD = HEAD + "enrolment_rate,320000,2025-Q4,8100,8400,,\nmedical_aid_share,320000,2025-Q4,73,100,,\n"
# every indicator that the quarterly form asks for, so that nothing is said to be lacking
COMPLETE = GOOD + "".join(
    f"{name},320000,2025-Q4,,,不适用,\n"
    for name in (
        "fund_income", "fund_expenditure", "employee_inpatient_payment_share", "resident_inpatient_payment_share",
        "drg_dip_payment_share", "drug_platform_share", "consumables_platform_share", "procured_drugs",
        "procured_consumables", "cross_province_settlement_rate", "online_service_share", "counter_service_share",
    )
)  # fmt: skip
FAULTY = HEAD + (
    "enrolment_rate,320000,2025-Q4,many,8400,,<b>note</b>\n"
    "procured_drugs,320000,2025-13,,,520,\n"
    "counter_service_share,320000,2025-Q4,120,100,,\n"
)
LOST = HEAD + "enrolment_rate,320000,2025-Q4,8100,8400,,\nmedical_aid_share,320000,2025-Q4,,,,\n"


@dataclass
class Person:
    """A browser of one person."""

    client: FlaskClient

    def get(self, path: str) -> Element:
        return read(self.client.get(path).text)

    def post(self, path: str, headers: dict[str, str] | None = None, **fields: Any) -> TestResponse:
        return self.client.post(path, data=fields, headers=OWN if headers is None else headers)

    def follow(self, answer: TestResponse) -> Element:
        assert answer.status_code == 303, answer.text
        return self.get(answer.headers["Location"])

    def upload(self, text: str | bytes, name: str = "sent.csv") -> TestResponse:
        body = text if isinstance(text, bytes) else text.encode()
        return self.post("/do/upload", file=(io.BytesIO(body), name))

    def draft(self, text: str) -> int:
        return number(self.upload(text))

    def submit(self, text: str, **fields: str) -> int:
        """Uploads and submits; returns the submission's id."""
        answer = self.post(f"/do/draft/{self.draft(text)}/submit", **fields)
        assert answer.status_code == 303, answer.text
        return number(answer)


def number(answer: TestResponse) -> int:
    """Of the draft or submission that an answer leads to."""
    found = re.match(r"/(?:draft|submission)/(\d+)", answer.headers["Location"])
    assert found is not None, answer.headers["Location"]
    return int(found[1])


def person(app: MonitorApp, name: str, role: AccountRole, *units: str, **more: frozenset[str]) -> Person:
    """Somebody's browser, signed in; the account is made where there is none. `more`: the rest of the scope."""
    made = Person(app.server.test_client())
    sign_in(made.client, app, name, role, *units, **more)
    return made


def account(app: MonitorApp, name: str, role: AccountRole, *units: str, **more: frozenset[str]) -> Account:
    """Somebody's account, made; for a data folder that tests copy."""
    console, login = Actor("测试", "console"), f"person{len(app.access.accounts())}"
    scope = Scope(frozenset(units) or None, **more)
    return app.access.add(console, login=login, name=name, role=role, scope=scope, with_password=False)[0]


def browser(app: MonitorApp) -> FlaskClient:
    """A planner's browser."""
    made = app.server.test_client()
    sign_in(made, app)
    return made


def sign_in(
    client: FlaskClient, app: MonitorApp, name: str = "王计划", role: AccountRole = "planner", *units: str,
    **more: frozenset[str],
) -> Account:  # fmt: skip
    """Put the cookie of a new session on a browser, for an account of that name."""
    known = next((one for one in app.access.accounts() if one.name == name), None)
    if known is None:
        known = account(app, name, role, *units, **more)
    elif known.role != role:
        known = app.access.change(Actor("测试", "console"), known.account_id, role=role, scope=Scope())
    client.set_cookie(app.cookies.name, app.access.sessions.open(known.account_id, "password"))
    return known
