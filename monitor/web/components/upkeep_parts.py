"""The small parts of the pages of those who run the system: sizes, spans, schedules in words, results, progress."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from monitor.jobs.history import LogLine, Run
from monitor.jobs.schedule import Every, Schedule

from ..words import Words
from . import html
from .cycle_parts import mark
from .form_elements import button, element, form, hidden_field
from .parts import attributes

_LEVELS = {
    "well": ("tick", "strong"),
    "heed": ("diamond", "amber"),
    "fault": ("cross", "brick"),
    "none": ("ring", "plain"),
}
_RESULTS = {
    "done": ("tick", "strong"),
    "failed": ("cross", "brick"),
    "interrupted": ("diamond", "amber"),
    "running": ("dot", "light"),
    "asked": ("ring", "light"),
    "paused": ("ring", "plain"),
}
_SIZES = ((1_000_000_000_000, "TB"), (1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "kB"))
_SPANS = ((86_400, "days"), (3_600, "hours"), (60, "minutes"))
_STEP = re.compile(r"\*/(\d{1,2})")
_CLOCK = re.compile(r"(\d{1,2}) (\d{1,2})")


def level_badge(words: Words, level: str) -> html.Span:
    """Colour, shape and word of how something is."""
    shape, colour = _LEVELS[level]
    return html.Span([mark(shape), words(f"upkeep.level_{level}")], className=f"badge k-{colour}")


def result_badge(words: Words, result: str) -> html.Span:
    """Colour, shape and word of what came of a run."""
    shape, colour = _RESULTS[result]
    return html.Span([mark(shape), words(f"upkeep.result_{result}")], className=f"badge k-{colour}")


def size_words(size: float) -> str:
    """`1.2 GB`, `0 B`; negative for what became smaller."""
    for unit, name in _SIZES:
        if abs(size) >= unit:
            return f"{size / unit:,.1f} {name}".replace("-", "\u2212")
    return f"{size:,.0f} B".replace("-", "\u2212")


def span_words(words: Words, seconds: float) -> str:
    """A span in its largest unit and, of a few, the next: `3 天 4 小时`, `12 天`, `1.3 秒`."""
    for place, (unit, name) in enumerate(_SPANS):
        if seconds < unit:
            continue
        whole, rest = divmod(int(seconds), unit)
        said = words(f"upkeep.{name}", n=whole)
        if whole < 7 and place + 1 < len(_SPANS) and (more := rest // _SPANS[place + 1][0]):
            said += " " + words(f"upkeep.{_SPANS[place + 1][1]}", n=more)
        return said
    digits = 2 if seconds < 1 else 1 if seconds < 10 else 0
    return words("upkeep.seconds", n=f"{seconds:.{digits}f}")


def ago_words(words: Words, moment: datetime, now: datetime) -> str:
    """`3 天 4 小时前`; a moment that the clock has yet to reach is just now."""
    seconds = (now - moment).total_seconds()
    return words("upkeep.just_now") if seconds < 1 else words("upkeep.ago", span=span_words(words, seconds))


def moment_mark(words: Words, moment: datetime | None) -> html.Span:
    """Day and time; on paper and on demand with the zone and the seconds."""
    if moment is None:
        return html.Span(words("number.none"), className="none")
    said, _, zone = words.moment(moment).partition(" (")
    return html.Span(said, className="moment", title=f"{zone[:-1]} · {moment.isoformat(timespec='seconds')}Z")


def clock_words(words: Words, moment: datetime) -> str:
    """The time of day with seconds."""
    return f"{moment.replace(tzinfo=UTC).astimezone(ZoneInfo(words.timezone)):%H:%M:%S}"


def coded(text: str) -> list[Any]:
    """A text in which `commands` stand between backticks."""
    return [
        element("span", part, class_="crontab") if place % 2 else part for place, part in enumerate(text.split("`"))
    ]


def schedule_words(words: Words, schedule: Schedule | Every, now: datetime) -> str:
    """When work is due, as people say it; "" for a line that is only said by itself. `now`: naive UTC.

    The day of a week is told as the schedule's own moments have it.
    """
    if isinstance(schedule, Every):
        return words("upkeep.every", span=words("upkeep.seconds", n=f"{schedule.seconds:g}"))
    due = schedule.next_due(now)
    if due is None:
        return words("upkeep.never")
    minute, hour, *days = schedule.text.split()
    if days == ["*", "*", "*"] and hour == "*":
        if minute == "*":
            return words("upkeep.every", span=words("upkeep.minutes", n=1))
        if found := _STEP.fullmatch(minute):
            return words("upkeep.every", span=words("upkeep.minutes", n=found[1]))
        return words("upkeep.hourly", minute=f"{int(minute):02d}") if minute.isdecimal() else ""
    if not _CLOCK.fullmatch(f"{minute} {hour}"):
        return ""
    time, local = f"{int(hour):02d}:{int(minute):02d}", due.replace(tzinfo=UTC).astimezone(ZoneInfo(schedule.zone.key))
    if days == ["*", "*", "*"]:
        return words("upkeep.daily", time=time)
    if days[:2] == ["*", "*"] and re.fullmatch(r"\w{1,3}", days[2]):
        return words("upkeep.weekly", day=words(f"upkeep.weekday_{local.isoweekday()}"), time=time)
    if days[0].isdecimal() and days[1:] == ["*", "*"]:
        return words("upkeep.monthly", day=int(days[0]), time=time)
    return ""


def line_words(words: Words, line: LogLine | Run) -> str:
    return line.zh if words.language == "zh" else line.en


def progress_of(words: Words, run: Run) -> list[Any]:
    """What a run under way said last, with how far it is where that can be counted."""
    last = run.last
    if last is None:
        return [html.Span(words("upkeep.just_began"), className="quiet")]
    parts: list[Any] = [html.Span(line_words(words, last), className="quiet")]
    if last.done is not None and last.total:
        count = f"{words.number(float(last.done))} / {words.number(float(last.total))}"
        label = words("upkeep.progress")
        parts += [" ", element("progress", None, value=last.done, max=last.total, aria_label=label), " ", count]
    return parts


def run_button(words: Words, job: str, title: str, back: str, *, primary: bool = False) -> Any:
    """A form with one button that lets a job run now; `back`: the page that it leads to."""
    look = "button primary" if primary else "button"
    said = html.Span(words("upkeep.run_now"), **attributes(aria_hidden="true"))
    heard = html.Span(words("upkeep.run_now_of", job=title), className="unseen")
    return form(
        [hidden_field("back", back), button([said, heard], class_=look, id=f"run-{job}")], f"/do/jobs/{job}/run"
    )


def switch_button(words: Words, job: str, title: str, *, paused: bool) -> Any:
    """A form with one button: pause the job, or let it go on."""
    verb = "resume" if paused else "pause"
    said = html.Span(words(f"upkeep.{verb}"), **attributes(aria_hidden="true"))
    heard = html.Span(words(f"upkeep.{verb}_of", job=title), className="unseen")
    return form([button([said, heard], class_="button", id=f"{verb}-{job}")], f"/do/jobs/{job}/{verb}")


def table_of(words: Words, keys: Sequence[str], rows: Sequence[Any], class_name: str) -> html.Div:
    """A table that becomes a list of cards on a phone; `keys`: of the words of its columns."""
    head = html.Tr([html.Th(words(key), scope="col") for key in keys])
    table = html.Table([html.Thead(head), element("tbody", list(rows))], className=f"plain stacking {class_name}")
    return html.Div(table, className="table-wrap")


def cell(words: Words, key: str, said: Any, class_name: str = "", **names: Any) -> html.Td:
    """A cell that says its column on a phone."""
    return html.Td(said, className=class_name or None, **attributes(data_label=words(key)), **names)
