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
    "reporting", "compare", "history",
    "unknown",
]  # fmt: skip
LANGUAGES: tuple[Language, ...] = get_args(Language)
_OF_ITEMS: tuple[PageName, ...] = ("indicator", "region", "draft", "submission")
_ALONE: tuple[PageName, ...] = ("me", "upload", "queue", "reporting", "compare")
_PATH = re.compile(r"/([a-z]+)(?:/([^/]+))?/?")
_CELL = re.compile(r"/history/([^/]+)/([^/]+)/([^/]+)/?")


class AddressError(ValueError):
    """A part of the address that says nothing we know: `code` is period or as_of; says so in both languages."""

    def __init__(self, code: Literal["period", "as_of"], zh: str, en: str) -> None:
        super().__init__(en)
        self.code, self.zh, self.en = code, zh, en


@dataclass(frozen=True)
class Address:
    """One page with its slice. Texts are as typed; `read_period` and `read_as_of` make sense of them."""

    page: PageName
    item: str = ""  # the indicator's id or the region's code; of a history indicator/region/period
    plan: str | None = None
    region: str | None = None
    period: str | None = None
    as_of: str | None = None
    sort: str | None = None
    rows: str | None = None  # "all": no shortened table
    form: str | None = None
    start: str | None = None  # the two moments of a comparison, as typed
    end: str | None = None
    state: str | None = None  # which of the waiting or sent ones are listed
    said: str | None = None  # what an action had to tell (notices.py)
    language: Language = "zh"
    language_in_url: bool = False

    @classmethod
    def read(cls, path: str, query: str, cookie_language: str | None) -> Address:
        """From a request's path and query string; never raises."""
        values = {key: found[-1].strip()[:80] for key, found in _fields(query).items() if found[-1].strip()}
        page, item = _page(path)
        asked = values.get("lang")
        language: Language = "zh"
        for candidate in (cookie_language, asked):
            language = next((known for known in LANGUAGES if known == candidate), language)
        return cls(
            page=page,
            item=item,
            plan=values.get("plan"),
            region=values.get("region"),
            period=values.get("period"),
            as_of=values.get("as_of"),
            sort=values.get("sort"),
            rows=values.get("rows"),
            form=values.get("form"),
            start=values.get("from"),
            end=values.get("to"),
            state=values.get("state"),
            said=values.get("said"),
            language=language,
            language_in_url=asked in LANGUAGES,
        )

    def to(self, page: PageName, item: str = "") -> Address:
        """The same slice on another page; what belongs to one page alone (region, sort, rows …) is dropped."""
        alone = {"region": None, "sort": None, "rows": None, "form": None, "state": None, "said": None,
                 "start": None, "end": None}  # fmt: skip
        return replace(self, page=page, item=item, **alone)  # type: ignore[arg-type]

    @property
    def href(self) -> str:
        """The address as a relative URL."""
        path = "/" if self.page in ("overview", "unknown") else f"/{self.page}"
        if self.page in _OF_ITEMS:
            path += f"/{quote(self.item, safe='')}"
        elif self.page == "history":
            path += "".join(f"/{quote(part, safe='')}" for part in self.item.split("/"))
        parts = {
            "plan": self.plan,
            "region": self.region,
            "period": self.period,
            "as_of": self.as_of,
            "sort": self.sort,
            "rows": self.rows,
            "form": self.form,
            "from": self.start,
            "to": self.end,
            "state": self.state,
            "said": self.said,
            "lang": self.language if self.language_in_url else None,
        }
        query = urlencode({key: value for key, value in parts.items() if value})
        return f"{path}?{query}" if query else path

    def read_period(self) -> Period | None:
        """Raises AddressError when the period cannot be read."""
        if self.period is None:
            return None
        try:
            return parse_period(self.period)
        except ValueError:
            raise AddressError(
                "period",
                f"“{self.period}”不是报告期。可写 2023、2023-H1、2023-Q2 或 2023-06",
                f"“{self.period}” is no period. Write 2023, 2023-H1, 2023-Q2 or 2023-06",
            ) from None

    def read_as_of(self, store: Store, timezone: str, now: datetime) -> datetime | None:
        """The end of the as-of day in that zone or a frozen moment, naive UTC, None for now; raises AddressError."""
        if self.as_of is None:
            return None
        try:
            return read_as_of(store, self.as_of, timezone, now)
        except AsOfError as error:
            raise AddressError("as_of", error.zh, error.en) from None


def _fields(query: str) -> dict[str, list[str]]:
    try:
        return parse_qs(query.lstrip("?"), max_num_fields=50)
    except ValueError:
        return {}


def _page(path: str) -> tuple[PageName, str]:
    if path in ("", "/"):
        return "overview", ""
    if found := _CELL.fullmatch(path):
        return "history", "/".join(unquote(part)[:80].replace("/", "") for part in found.groups())
    if found := _PATH.fullmatch(path):
        name, item = found[1], unquote(found[2] or "")[:80]
        for page in _OF_ITEMS if item else _ALONE:
            if page == name:
                return page, item
    return "unknown", path[:80]
