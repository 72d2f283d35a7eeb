"""What is well and what is not: the condition of the server as points, each with what to do about it."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

from monitor.backup.retention import CLOCK_SLACK
from monitor.backup.shelf import Backup
from monitor.integrity.checks import all_checks
from monitor.jobs.board import TITLES

from .components.upkeep_parts import ago_words, size_words, span_words
from .condition import Condition
from .words import Words

Level = Literal["fault", "heed", "well", "none"]
LEVELS: tuple[Level, ...] = ("fault", "heed", "well", "none")
_BACKUP_AGE = timedelta(hours=36)  # where no schedule says when the next is due
_ROOM = 3  # so many times the space that is needed is little
_MAIL_AGE = timedelta(hours=24)
_REVIEW_AGE = timedelta(days=30)
_CHECKS = {check.name: check.severity for check in all_checks()}


@dataclass(frozen=True)
class Point:
    """`said`: how it is, in a few words; `advice`: what to do, "" where nothing is; `facts`: name and value.

    `job`: the work that mends it when it runs now; `page`: where more is told.
    """

    name: str
    level: Level
    said: str
    facts: tuple[tuple[str, Any], ...] = ()
    advice: str = ""
    job: str | None = None
    page: Literal["jobs", "integrity", "audit"] | None = None


def points_of(words: Words, now: Condition) -> tuple[Point, ...]:
    """All of them, the worst first."""
    makers = (_space, _jobs, _backup, _integrity, _traffic, _mail, _log, _process)
    found = [make(words, now) for make in makers]
    return tuple(sorted(found, key=lambda one: LEVELS.index(one.level)))


def verdict(words: Words, points: Sequence[Point]) -> str:
    """In one sentence: all is well, or what is not."""
    of = {level: [one.said for one in points if one.level == level] for level in LEVELS}
    faults, heeds = of["fault"], of["heed"]
    between = words("upkeep.between")
    if faults:
        more = words("status.and_heed", n=len(heeds)) if heeds else ""
        return words("status.not_well", said=between.join(faults)) + more
    return words("status.heed", said=between.join(heeds)) if heeds else words("status.well")


def _space(words: Words, now: Condition) -> Point:
    if unread := sorted(now.unread - {"shelf"}):
        said = words("status.disk_unread", disks=words.join([words(f"status.disk_{name}") for name in unread]))
        return Point("space", "fault", said, (), words("status.disk_advice"))
    if now.room is None:
        return Point("space", "none", words("status.in_memory"))
    facts: list[tuple[str, Any]] = []
    for name, disk in now.disks.items():
        if name == "data" or not disk.with_data:
            said = words("status.free_of", free=size_words(disk.free), total=size_words(disk.total))
            facts.append((words(f"status.disk_{name}"), said))
    facts.append((words("status.needed"), size_words(now.room.needed)))
    parts = {name: size for name, size in now.parts.items() if size}
    facts.append((words("status.data_folder"), size_words(sum(parts.values()))))
    facts += [(words(f"status.part_{name}"), size_words(size)) for name, size in parts.items()]
    if now.growth is not None:
        grown, since = now.growth
        sign = "+" if grown >= 0 else ""
        facts.append(
            (words("status.growth"), f"{sign}{size_words(grown)} {words('status.since', day=words.day(since))}")
        )
    free = size_words(now.room.free)
    tight = [
        words(f"status.disk_{name}") for name, disk in now.disks.items()
        if not disk.with_data and disk.free < now.room.needed
    ]  # fmt: skip
    if now.room.is_low:
        return Point("space", "fault", words("status.space_low", free=free), tuple(facts), words("status.space_advice"))
    if tight:
        said = words("status.space_tight", disks=words.join(tight))
        return Point("space", "fault", said, tuple(facts), words("status.space_advice"))
    if now.room.free < _ROOM * now.room.needed:
        said = words("status.space_little", free=free)
        return Point("space", "heed", said, tuple(facts), words("status.space_advice"))
    return Point("space", "well", words("status.space_well", free=free), tuple(facts))


def _jobs(words: Words, now: Condition) -> Point:
    def title(name: str) -> str:
        return TITLES.get(name, (name, name))[0 if words.language == "zh" else 1]

    failing = {one.name for one in now.jobs if one.is_failing} | {one.name for one in now.failing}
    failed = [title(name) for name in sorted(failing - {"schedule"})]
    paused = [title(one.name) for one in now.jobs if one.paused]
    running = [title(one.name) for one in now.jobs if one.running is not None]
    facts = [
        (words("status.jobs_known"), words.number(float(len(now.jobs)))),
        (words("status.jobs_failing"), words.join(failed) or words("upkeep.none")),
        (words("status.jobs_running"), words.join(running) or words("upkeep.none")),
        (words("status.jobs_paused"), words.join(paused) or words("upkeep.none")),
    ]
    soon = min((one.next_due for one in now.jobs if one.next_due is not None), default=None)
    facts.append((words("status.jobs_next"), words.moment(soon)))
    if not now.is_ticking:
        said, advice = words("status.clock_stands"), words("status.clock_advice")
        return Point("jobs", "fault", said, tuple(facts), advice, page="jobs")
    if failed:
        said = words("status.jobs_fail", jobs=words.join(failed))
        return Point("jobs", "fault", said, tuple(facts), words("status.jobs_advice"), page="jobs")
    if "schedule" in failing:
        return Point(
            "jobs", "fault", words("status.schedule_fails"), tuple(facts), words("status.clock_advice"), page="jobs"
        )
    if paused:
        said = words("status.jobs_are_paused", jobs=words.join(paused))
        return Point("jobs", "heed", said, tuple(facts), words("status.paused_advice"), page="jobs")
    return Point("jobs", "well", words("status.jobs_well"), tuple(facts), page="jobs")


def _backup(words: Words, now: Condition) -> Point:
    known = any(one.name == "backup" for one in now.jobs)
    if not known and not now.backups:
        return Point("backup", "none", words("status.backup_unknown"))
    disk, last = now.disks.get("backup"), now.backups[0] if now.backups else None
    facts: list[tuple[str, Any]] = [(words("status.backups"), words.number(float(len(now.backups))))]
    if last is not None:
        facts += [
            (words("status.backup_last"), f"{words.moment(last.made_at)} · {ago_words(words, last.made_at, now.now)}"),
            (words("status.backup_size"), size_words(last.bytes)),
            (words("status.backup_sound"), _proof_words(words, last)),
            (words("status.backup_beyond"), words("status.entries", n=max(0, now.entries - last.seq))),
        ]
    if disk is not None:
        facts.append(
            (words("status.backup_disk"), words("status.same_disk" if disk.with_data else "status.other_disk"))
        )
    job = "backup" if known else None

    def point(level: Level, key: str, advice: str = "", **values: object) -> Point:
        said = words(f"status.{key}", **values)
        return Point("backup", level, said, tuple(facts), words(f"status.{advice}") if advice else "", job, "jobs")

    if "shelf" in now.unread:
        return point("fault", "backup_unread", "disk_advice")
    owed = now.owed.get("backup")
    if last is None:
        return point("fault" if owed is not None else "heed", "no_backup", "backup_advice")
    age = ago_words(words, last.made_at, now.now)
    if not last.whole:
        return point("fault", "backup_broken", "backup_broken_advice")
    if last.made_at - now.now > CLOCK_SLACK:
        return point("fault", "backup_ahead", "backup_ahead_advice")
    if last.faults:
        return point("fault", "backup_faulty", "fault_advice", n=last.faults)
    if owed is not None and last.made_at < owed:
        return point("fault", "backup_late", "backup_advice", age=age)
    if now.now - last.made_at > _BACKUP_AGE and not any(
        one.name == "backup" and one.next_due is not None for one in now.jobs
    ):
        return point("heed", "backup_late", "backup_advice", age=age)
    if disk is not None and disk.with_data:
        return point("heed", "backup_beside", "backup_disk_advice")
    return point("well", "backup_well", age=age)


def _proof_words(words: Words, last: Backup) -> str:
    if not last.whole:
        return words("status.not_sound")
    return words("status.of_faulty", n=last.faults) if last.faults else words("status.sound")


def _integrity(words: Words, now: Condition) -> Point:
    job = "integrity" if any(one.name == "integrity" for one in now.jobs) else None
    last = now.findings
    if last is None:
        level: Level = "heed" if job else "none"
        advice = words("status.integrity_advice") if job else ""
        return Point("integrity", level, words("status.unchecked"), (), advice, job, "integrity")
    found = {name: one.count for name, one in last.found.items() if one.count}
    faults = [name for name in found if _CHECKS.get(name, "fault") == "fault"]
    facts = (
        (words("status.checked_at"), f"{words.moment(last.at)} · {ago_words(words, last.at, now.now)}"),
        (words("status.checks"), words.number(float(len(last.found)))),
        (words("status.check_faults"), words.number(float(len(faults)))),
        (words("status.check_warnings"), words.number(float(len(found) - len(faults)))),
    )
    owed = now.owed.get("integrity")
    if faults:
        said = words("status.checks_fault", n=len(faults))
        return Point("integrity", "fault", said, facts, words("status.fault_advice"), job, "integrity")
    if owed is not None and last.at < owed:
        said = words("status.checks_late", age=ago_words(words, last.at, now.now))
        return Point("integrity", "heed", said, facts, words("status.integrity_advice"), job, "integrity")
    if found:
        said = words("status.checks_warn", n=len(found))
        return Point("integrity", "heed", said, facts, words("status.warning_advice"), job, "integrity")
    return Point("integrity", "well", words("status.checks_well", n=len(last.found)), facts, "", job, "integrity")


def _traffic(words: Words, now: Condition) -> Point:
    received, waiting = now.traffic.received, now.traffic.to_review
    total = sum(received.values())
    facts: list[tuple[str, Any]] = [(words("status.received_today"), words.number(float(total)))]
    facts += [(words.known("status", f"verdict_{name}"), words.number(float(n))) for name, n in received.items()]
    facts.append((words("status.to_review"), words.number(float(waiting.count))))
    if waiting.oldest is not None:
        facts.append((words("status.longest"), ago_words(words, waiting.oldest, now.now)))
    said = words("status.received", n=words.number(float(total)))
    if waiting.oldest is not None and now.now - waiting.oldest > _REVIEW_AGE:
        late = words("status.review_late", span=span_words(words, (now.now - waiting.oldest).total_seconds()))
        return Point("traffic", "heed", late, tuple(facts), words("status.review_advice"))
    return Point("traffic", "well", said, tuple(facts))


def _mail(words: Words, now: Condition) -> Point:
    mails = now.traffic.mails
    counts = {state: mails[state].count if state in mails else 0 for state in ("waiting", "failed", "sent")}
    facts = tuple((words(f"status.mail_{state}"), words.number(float(n))) for state, n in counts.items())
    oldest = mails["waiting"].oldest if "waiting" in mails else None
    if not any(one.name == "mail" for one in now.jobs) and not counts["waiting"]:
        return Point("mail", "none", words("status.no_mail"), facts)
    if oldest is not None and now.now - oldest > _MAIL_AGE:
        said = words("status.mail_stuck", n=counts["waiting"], age=ago_words(words, oldest, now.now))
        return Point("mail", "fault", said, facts, words("status.mail_advice"), page="jobs")
    if counts["failed"]:
        said = words("status.mail_given_up", n=counts["failed"])
        return Point("mail", "heed", said, facts, words("status.mail_advice"), page="jobs")
    return Point("mail", "well", words("status.mail_well", n=counts["waiting"]), facts)


def _log(words: Words, now: Condition) -> Point:
    errors = [line for line in now.lines if line.level >= logging.ERROR]
    facts: tuple[tuple[str, Any], ...] = (
        (words("status.log_errors"), words.number(float(len(errors)))),
        (words("status.log_warnings"), words.number(float(len(now.lines) - len(errors)))),
    )
    if errors:
        facts += ((words("status.log_last"), words.moment(errors[0].at)),)
        said = words("status.log_faults", n=len(errors))
        return Point("log", "heed", said, facts, words("status.log_advice"))
    return Point("log", "well", words("status.log_well"), facts)


def _process(words: Words, now: Condition) -> Point:
    up = span_words(words, max(0.0, (now.now - now.started).total_seconds()))
    facts = (
        (words("status.version"), now.version),
        (words("status.started"), words.moment(now.started)),
        (words("status.owner"), words("status.process", pid=now.pid, user=now.user)),
        (words("status.store"), now.store),
        (words("status.sessions"), words.number(float(now.sessions))),
        (words("status.audit"), words("status.entries", n=words.number(float(now.entries)))),
    )
    return Point("process", "well", words("status.up", span=up), facts, page="audit")
