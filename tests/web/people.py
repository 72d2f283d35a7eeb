"""People of the cycle, each with a browser without scripts, and the files they send."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from monitor.web.app import MonitorApp

from .reading import Element, read

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


def person(app: MonitorApp, name: str, role: str, *units: str) -> Person:
    made = Person(app.server.test_client())
    answer = made.client.post("/do/me", data={"name": name, "role": role, "regions": list(units)}, headers=OWN)
    assert answer.status_code == 303
    return made
