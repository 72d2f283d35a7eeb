"""What a page shows, read from its address and written back to it: the address is the page's whole state."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, get_args
from urllib.parse import parse_qs, quote, unquote, urlencode

from monitor.catalogue.models import Language
from monitor.catalogue.periods import Period, parse_period
from monitor.report.as_of import AsOfError, read_as_of
from monitor.store.store import Store

PageName = Literal[
    "overview", "indicator", "region",
    "me", "upload", "draft", "submission", "queue",
    "status", "jobs", "integrity", "accounts", "tokens", "audit",
    "reporting", "compare", "history",
    "matrix", "tree", "explain", "quality", "catalogue", "method", "search", "wall",
    "rounds", "tasks", "levels", "supervision", "budget", "pooling", "duties",
    "unknown",
]  # fmt: skip
LANGUAGES: tuple[Language, ...] = get_args(Language)
_OF_ITEMS: tuple[PageName, ...] = (
    "indicator", "region", "draft", "submission", "catalogue", "accounts",
    "rounds", "tasks", "levels", "supervision", "budget", "pooling", "duties",
)  # fmt: skip
_ALONE: tuple[PageName, ...] = (
    "me", "upload", "queue", "reporting", "compare", "matrix", "tree", "quality", "catalogue", "method", "search",
    "wall",
    "status", "jobs", "integrity", "accounts", "tokens", "audit",
    "rounds", "tasks", "levels", "supervision", "budget", "pooling", "duties",
)  # fmt: skip
_OF_CELLS: tuple[PageName, ...] = ("history", "explain")
_PATH = re.compile(r"/([a-z]+)(?:/([^/]+))?/?")
_CELL = re.compile(r"/(history|explain)/([^/]+)/([^/]+)/([^/]+)/?")
_LISTS = ("with", "case")
_LONGEST_LIST = 300
# what belongs to one page alone, in the order of the address: field → name in the query
_OWN_FIELDS = {
    "region": "region", "sort": "sort", "rows": "rows", "form": "form", "kind": "kind", "start": "from", "end": "to",
    "beside": "with", "show": "show", "nature": "nature", "category": "category", "class_": "class", "asked": "q",
    "slide": "slide", "seconds": "seconds", "state": "state", "actor": "actor", "action": "action",
    "object": "object", "skip": "skip", "job": "job", "run": "run", "case": "case", "said": "said",
    "level": "level", "indicator": "indicator",
}  # fmt: skip
_QUERY = {"plan": "plan", "period": "period", "as_of": "as_of", **_OWN_FIELDS}


class AddressError(ValueError):
    """A part of the address that says nothing we know: `code` is period or as_of; says so in both languages."""

    def __init__(self, code: Literal["period", "as_of"], zh: str, en: str) -> None:
        super().__init__(en)
        self.code, self.zh, self.en = code, zh, en


@dataclass(frozen=True)
class Address:
    """One page with its slice. Texts are as typed; `read_period` and `read_as_of` make sense of them."""

    page: PageName
    item: str = ""  # the indicator's id or the region's code; of a history or explanation indicator/region/period
    plan: str | None = None
    region: str | None = None
    period: str | None = None
    as_of: str | None = None
    sort: str | None = None
    rows: str | None = None  # "all": no shortened table
    form: str | None = None
    kind: str | None = None  # what is compared: moments (None), periods, regions, plans
    start: str | None = None  # the two sides of a comparison, as typed
    end: str | None = None
    beside: str | None = None  # codes of regions shown beside the page's own, with commas
    show: str | None = None  # what a matrix's cells tell: class (None), gap, value
    nature: str | None = None
    category: str | None = None
    class_: str | None = None  # a class or a group of classes
    asked: str | None = None  # what is searched for
    slide: str | None = None
    seconds: str | None = None
    state: str | None = None  # which of the waiting or sent ones are listed
    actor: str | None = None  # the four of the audit log: who, did what, to what, and how many newer ones to pass over
    action: str | None = None
    object: str | None = None
    skip: str | None = None
    job: str | None = None  # whose runs are listed, and the run that is shown
    run: str | None = None
    case: str | None = None  # what was typed into a calculator: name=text;name=text
    level: str | None = None  # of the tree of regions: at which level it is shown, and one indicator of all
    indicator: str | None = None
    said: str | None = None  # what an action had to tell (notices.py)
    language: Language = "zh"
    language_in_url: bool = False

    @classmethod
    def read(cls, path: str, query: str, cookie_language: str | None) -> Address:
        """From a request's path and query string; never raises."""
        fields = _fields(query)
        values = {key: found[-1].strip()[:80] for key, found in fields.items() if found[-1].strip()}
        # a form sends each of its regions by itself
        values |= {key: ",".join(fields[key])[:_LONGEST_LIST] for key in _LISTS if key in fields}
        page, item = _page(path)
        asked = values.get("lang")
        language: Language = "zh"
        for candidate in (cookie_language, asked):
            language = next((known for known in LANGUAGES if known == candidate), language)
        return cls(
            page=page,
            item=item,
            plan=values.get("plan"),
            period=values.get("period"),
            as_of=values.get("as_of"),
            language=language,
            language_in_url=asked in LANGUAGES,
            **{field: values.get(name) for field, name in _OWN_FIELDS.items()},
        )

    def to(self, page: PageName, item: str = "", **changes: str | None) -> Address:
        """The same slice on another page, but for `changes`; what belongs to one page alone (region …) is dropped."""
        named = dict.fromkeys(_OWN_FIELDS) | changes
        return replace(self, page=page, item=item, **named)  # type: ignore[arg-type]

    @property
    def href(self) -> str:
        """The address as a relative URL."""
        path = "/" if self.page in ("overview", "unknown") else f"/{self.page}"
        if self.page in _OF_CELLS:
            path += "".join(f"/{quote(part, safe='')}" for part in self.item.split("/"))
        elif self.item and self.page in _OF_ITEMS:
            path += f"/{quote(self.item, safe='')}"
        parts = [(name, value) for field, name in _QUERY.items() if (value := getattr(self, field))]
        if self.language_in_url:
            parts.append(("lang", self.language))
        return f"{path}?{urlencode(parts)}" if parts else path

    def stem(self, key: str) -> str:
        """What a file taken from the page is called, without its ending."""
        parts = [self.page, *self.item.split("/"), key, self.period, self.as_of]
        return "-".join(part for part in parts if part)

    def read_period(self) -> Period | None:
        """Raises AddressError when the period cannot be read."""
        return None if self.period is None else _period(self.period)

    def read_cell(self) -> tuple[str, str, Period]:
        """Indicator, region and period of a history or an explanation. Raises AddressError for what is no period."""
        indicator, region, period = (*self.item.split("/"), "", "")[:3]
        return indicator, region, _period(period)

    def read_as_of(self, store: Store, timezone: str, now: datetime) -> datetime | None:
        """The end of the as-of day in that zone or a frozen moment, naive UTC, None for now; raises AddressError."""
        if self.as_of is None:
            return None
        try:
            return read_as_of(store, self.as_of, timezone, now)
        except AsOfError as error:
            raise AddressError("as_of", error.zh, error.en) from None


def _period(text: str) -> Period:
    try:
        return parse_period(text)
    except ValueError:
        raise AddressError(
            "period",
            f"“{text}”不是报告期。可写 2023、2023-H1、2023-Q2 或 2023-06",
            f"“{text}” is no period. Write 2023, 2023-H1, 2023-Q2 or 2023-06",
        ) from None


def _fields(query: str) -> dict[str, list[str]]:
    try:
        return parse_qs(query.lstrip("?"), max_num_fields=50)
    except ValueError:
        return {}


def _page(path: str) -> tuple[PageName, str]:
    if path in ("", "/"):
        return "overview", ""
    if found := _CELL.fullmatch(path):
        name, *parts = found.groups()
        cell = "/".join(unquote(part)[:80].replace("/", "") for part in parts)
        return next(page for page in _OF_CELLS if page == name), cell
    if found := _PATH.fullmatch(path):
        name, item = found[1], unquote(found[2] or "")[:80]
        for page in _OF_ITEMS if item else _ALONE:
            if page == name:
                return page, item
    return "unknown", path[:80]
