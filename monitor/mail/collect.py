"""Which mails the state of the reporting cycle asks for: each is put once, by its key, however often one looks.

returned, accepted with remarks   to the unit's reporters, for decisions of the last week
called, due soon, overdue         to the unit's reporters, by the days of their calls
waiting for review                to each reviewer, once a day
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from monitor.catalogue.forms import by_form
from monitor.catalogue.periods import parse_period
from monitor.report.desk import Desk
from monitor.report.reporting import chase_list, read_reports
from monitor.report.reporting_cells import Report
from monitor.store.times import to_stored

from .contacts import Contact, Contacts, Language, by_language
from .letters import Kind, write_letter
from .outbox import SQL, Outbox

EVENT_DAYS = 7  # older decisions are no news, as when mail is set up over a store that has been in use
CALLED_DAYS = 7  # a regular call is announced within so many days after its period's end
SOON_DAYS = 3
OVERDUE_DAYS = (1, 7, 21)  # after the due day
REVIEW_HOUR = 8  # of the day, local time: when reviewers are told what waits
_KEY_DAYS = timedelta(days=800)  # no key is asked for after so long


@dataclass(frozen=True)
class Chased:
    """One reminder asked for by a person. `mails`: their numbers; `why_not`: no_contact, today_already."""

    region: str
    mails: tuple[int, ...]
    why_not: str | None = None


class Postman:
    """Writes the mails of one store. `public_url`: where the pages are, without a slash at the end; "" for no links."""

    def __init__(self, desk: Desk, contacts: Contacts, sender: str, *, public_url: str = "") -> None:
        self.desk, self.contacts, self.public_url = desk, contacts, public_url.rstrip("/")
        self.outbox = Outbox(desk.store, sender)
        self._zone = ZoneInfo(desk.timezone)

    def collect(self, *, now: datetime | None = None) -> int:
        """Put every mail that is asked for and not there yet; how many. `now`: naive UTC, else the store's clock."""
        moment = to_stored(self.desk.store.now()) if now is None else now
        known = self.outbox.keys(moment - _KEY_DAYS)
        return self._decided(moment, known) + self._called(moment, known) + self._waiting(moment, known)

    def chase(
        self, *, form: str, period: str, by: str, region: str | None = None, now: datetime | None = None
    ) -> tuple[Chased, ...]:
        """Remind every unit that owes this report, or one of them, at most once a day. Raises QuestionError."""
        moment = to_stored(self.desk.store.now()) if now is None else now
        today = self._day(moment)
        reports = read_reports(self.desk, form=form, period=period, region=region, now=moment).reports
        done = []
        for report in chase_list(reports, horizon=10_000):
            kind: Kind = "overdue" if report.is_due else "due_soon"
            key = f"chase:{_call_key(report)}:{today}"
            people = self.contacts.reporters(report.call.region)
            mails = self._put(kind, people, self._of_report(report), key, region=report.call.region, by=by)
            why_not = None if mails else "today_already" if people else "no_contact"
            done.append(Chased(report.call.region, mails, why_not))
        return tuple(done)

    # ---- decisions

    def _decided(self, now: datetime, known: frozenset[str]) -> int:
        count = 0
        since = now - timedelta(days=EVENT_DAYS)
        for row in self.desk.store.ask(SQL / "decided_events.sql", {"since": since}):
            seq, _, actor, action, detail, submission, region, form, period, revision, file = row
            kind: Kind = "returned" if action == "returned" else "accepted"
            key = f"{kind}:{seq}"
            people = self.contacts.reporters(region)
            if not people or _is_known(key, people, known):
                continue
            remarks = self._remarks(submission, seq if kind == "returned" else None)
            if kind == "accepted" and not remarks:
                continue
            said = json.loads(detail) if detail else {}
            values = {
                "revision": revision,
                "file": file,
                "submission": submission,
                "reviewer": actor,
                "reason": said.get("reason", ""),
                "link": f"submission/{submission}",
            }
            texts = _Texts(region, form, period, values, remarks)
            count += len(self._put(kind, people, texts, key, region=region, submission_id=submission))
        return count

    def _remarks(self, submission: int, seq: int | None) -> list[tuple[str | None, str]]:
        """(indicator, text) of one event, or of all."""
        rows = self.desk.store.ask(SQL / "submission_words.sql", {"submission_id": submission})
        return [(indicator or None, text) for at, indicator, text in rows if seq in (None, at)]

    # ---- calls

    def _called(self, now: datetime, known: frozenset[str]) -> int:
        count = 0
        for report in read_reports(self.desk, now=now).reports:
            people = self.contacts.reporters(report.call.region)
            stage = _stage(report, self._day(now)) if people else None
            if stage is None:
                continue
            kind, name = stage
            key = f"{name}:{_call_key(report)}"
            if not _is_known(key, people, known):
                count += len(self._put(kind, people, self._of_report(report), key, region=report.call.region))
        return count

    def _of_report(self, report: Report) -> _Texts:
        call = report.call
        closes = call.closes_on
        values = {"due": call.due_on, "closes": closes if closes is not None else "—", "link": "upload"}
        return _Texts(call.region, call.form.id, call.period.code, values, [])

    # ---- review

    def _waiting(self, now: datetime, known: frozenset[str]) -> int:
        local = self._local(now)
        reviewers = self.contacts.reviewers
        if local.hour < REVIEW_HOUR or not reviewers:
            return 0
        rows = self.desk.store.ask(SQL / "waiting_regions.sql")
        count = 0
        for one in reviewers:
            below = {region.code for region in self.desk.current.regions.descendants(one.region_code)}
            mine = [row for row in rows if row[0] == one.region_code or row[0] in below]
            key = f"waiting:{one.email}:{local.date()}"
            if not mine or _is_known(key, [one], known):
                continue
            values = {
                "name": one.name or one.email,
                "count": sum(row[1] for row in mine),
                "oldest": self._local(min(row[2] for row in mine)).date(),
                "link": "queue",
            }
            remarks = [(None, f"{self._region(row[0], one.language)} {row[1]}") for row in mine]
            texts = _Texts(one.region_code, "", "", values, remarks)
            count += len(self._put("waiting", [one], texts, key, region=one.region_code))
        return count

    # ---- within

    def _put(
        self,
        kind: Kind,
        people: Sequence[Contact],
        texts: _Texts,
        key: str,
        *,
        region: str,
        submission_id: int | None = None,
        by: str = "monitor",
    ) -> tuple[int, ...]:
        """One mail for each language; the numbers of those that are new."""
        made = []
        for language, addresses in by_language(people).items():
            subject, body = write_letter(kind, language, self._values(texts, language))
            number = self.outbox.put(
                kind, language=language, recipients=addresses, subject=subject, body=body, key=f"{key}:{language}",
                region=region, submission_id=submission_id, by=by,
            )  # fmt: skip
            if number is not None:
                made.append(number)
        return tuple(made)

    def _values(self, texts: _Texts, language: Language) -> dict[str, object]:
        catalogue = by_form(self.desk.current.catalogues).get(texts.form)
        form = catalogue.form(texts.form) if catalogue is not None else None
        name = form.name if form is not None else catalogue.plan.title if catalogue is not None else None
        period = parse_period(texts.period) if texts.period else None
        remarks = [f"- {self._indicator(indicator, language)}{text}" for indicator, text in texts.remarks]
        link = f"{self.public_url}/{texts.values['link']}{'?lang=en' if language == 'en' else ''}"
        return {
            **texts.values,
            "region": self._region(texts.region, language),
            "form": name.in_language(language) if name is not None else texts.form,
            "period": "" if period is None else period.code,
            "remarks": "".join(f"{line}\n" for line in remarks),
            "link": link if self.public_url else "—",
        }

    def _region(self, code: str, language: Language) -> str:
        region = self.desk.current.regions.get(code)
        if region is None:
            return code
        return region.name_en if language == "en" and region.name_en else region.name

    def _indicator(self, indicator_id: str | None, language: Language) -> str:
        if indicator_id is None:
            return ""
        for catalogue in self.desk.current.catalogues:
            indicator = catalogue.indicator(indicator_id)
            if indicator is not None:
                return f"{indicator.name.in_language(language)}{'：' if language == 'zh' else ': '}"
        return f"{indicator_id}: "

    def _local(self, moment: datetime) -> datetime:
        return moment.replace(tzinfo=UTC).astimezone(self._zone)

    def _day(self, moment: datetime) -> date:
        return self._local(moment).date()


@dataclass(frozen=True)
class _Texts:
    """What a letter says, before it is put into a language. `remarks`: (indicator or None, text)."""

    region: str
    form: str
    period: str
    values: Mapping[str, Any]
    remarks: Sequence[tuple[str | None, str]]


def _stage(report: Report, today: date) -> tuple[Kind, str] | None:
    """Which letter a call asks for today, and the name of that stage; None for none."""
    call = report.call
    if report.is_received or report.is_closed or call.period.end >= today:
        return None
    late = (today - call.due_on).days
    if late > 0:
        reached = [days for days in OVERDUE_DAYS if late >= days]
        # a store that has been silent for long does not begin with years of reminders
        return ("overdue", f"overdue{reached[-1]}") if reached and late < OVERDUE_DAYS[-1] + EVENT_DAYS else None
    if -late <= SOON_DAYS:
        return "due_soon", "due_soon"
    if call.form.kind == "special" or (today - call.period.end).days <= CALLED_DAYS:
        return "called", "called"
    return None


def _call_key(report: Report) -> str:
    call = report.call
    return f"{call.form.id}:{call.region}:{call.period.code}:{call.due_on}"


def _is_known(key: str, people: Iterable[Contact], known: frozenset[str]) -> bool:
    return all(f"{key}:{language}" in known for language in by_language(people))
