"""What is answered, as models: they write the OpenAPI document, and small answers are made of them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from monitor.access.rights import AccountRole

from .tables import (
    BoardRow,
    ChangeRow,
    HistoryRow,
    ObservationRow,
    RateRow,
    ScorecardRow,
    SubmissionRow,
)
from .values import State, Told

Severity = Literal["error", "query", "warning"]
AsOf = Annotated[str | None, Field(description="截至 as of, UTC; null in a store without acceptances")]
Next = Annotated[str | None, Field(description="下一页的 cursor; cursor of the next page, null on the last one")]
Total = Annotated[int, Field(ge=0, description="全部行数 rows in all pages")]


class FileProblemModel(Told):
    """One problem of a file at its cell; `row` is the file's own. An answer to a query names (row, rule or code)."""

    sheet: str | None
    row: int | None
    column: str | None
    code: str
    severity: Severity
    zh: str
    en: str
    text: str | None
    indicator_id: str | None
    rule: str | None


class ProblemDetails(Told):
    """RFC 9457. `detail` is `zh` or `en` by Accept-Language; `problems`: of a refused request or file."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    code: str
    zh: str
    en: str
    id: Annotated[str, Field(description="of an internal error: what the operator's log is searched for")] = ""
    problems: list[FileProblemModel] | list[dict[str, str]] = Field(default_factory=list)
    problem_count: int = 0
    receipt_id: int | None = None


class ScorecardPage(Told):
    as_of: AsOf
    total: Total
    next: Next
    items: list[ScorecardRow]  # type: ignore[valid-type]


class ObservationPage(Told):
    as_of: AsOf
    total: Total
    next: Next
    items: list[ObservationRow]  # type: ignore[valid-type]


class HistoryPage(Told):
    as_of: AsOf
    total: Total
    next: Next
    items: list[HistoryRow]  # type: ignore[valid-type]


class SubmissionPage(Told):
    as_of: AsOf
    total: Total
    next: Next
    items: list[SubmissionRow]  # type: ignore[valid-type]


class BoardPage(Told):
    as_of: AsOf
    total: Total
    next: Next
    items: list[BoardRow]  # type: ignore[valid-type]


class RatePage(Told):
    as_of: AsOf
    total: Total
    next: Next
    items: list[RateRow]  # type: ignore[valid-type]


class ChangePage(Told):
    as_of: AsOf
    total: Total
    next: Next
    items: list[ChangeRow]  # type: ignore[valid-type]


class CatalogueLine(Told):
    plan_id: str
    title_zh: str
    title_en: str | None
    region_code: str
    version: str
    file: str
    base: int
    start: int
    end: int
    indicators: int
    forms: int


class CatalogueList(Told):
    as_of: AsOf
    items: list[CatalogueLine]


class CatalogueAnswer(Told):
    as_of: AsOf
    plan_id: str
    version: str
    catalogue: Annotated[
        dict[str, Any],
        Field(description="as `monitor check --schema` describes it, numbers as text, defaults left out"),
    ]


class CallLine(Told):
    """One thing that is due (布置): a form of one unit for one period."""

    plan_id: str
    form: str
    name_zh: str
    name_en: str | None
    region_code: str
    period: str
    vintage: str
    due_on: str
    closes_on: str | None
    is_extended: bool
    indicators: list[str]


class CallPage(Told):
    as_of: AsOf
    total: Total
    next: Next
    items: list[CallLine]


class SnapshotLine(Told):
    name: str
    as_of: str
    note: str | None
    by: str


class SnapshotList(Told):
    items: list[SnapshotLine]


class Me(Told):
    """Whom the token speaks for."""

    token_id: int
    name: str
    role: AccountRole
    regions: list[str] | None
    indicators: list[str] | None
    departments: list[str] | None
    expires_at: str


class EventLine(Told):
    seq: int
    at: str
    actor: str
    action: str
    detail: dict[str, Any]


class NoticeLine(Told):
    sheet: str | None
    row: int | None
    column: str | None
    code: str
    severity: Severity
    zh: str
    en: str
    text: str | None
    indicator_id: str | None
    rule: str
    explanation: str | None


class CellLine(Told):
    """One figure beside what it replaces (`was_…`). Numbers are exact decimals as text."""

    indicator_id: str
    row: int | None
    change: Literal["created", "updated", "unchanged", "carried"]
    state: str | None
    numerator: str | None
    denominator: str | None
    part_unit: str | None
    value: str | None
    unit: str | None
    comparator: str | None
    synthetic: bool | None
    note: str | None
    source: str | None
    published_on: str | None
    grade: str | None
    was_state: str | None
    was_numerator: str | None
    was_denominator: str | None
    was_part_unit: str | None
    was_value: str | None
    was_unit: str | None
    was_comparator: str | None
    was_submission_id: int | None


class RemarkLine(Told):
    at: str
    by: str
    action: str
    indicator_id: str | None
    text: str


class PeopleLine(Told):
    """Who signed the form (表末), as filled in; null where nothing was, or it was erased."""

    head: str | None
    officer: str | None
    prepared: str | None
    phone: str | None
    date: str | None
    erased_at: str | None


class SubmissionAnswer(Told):
    submission_id: int
    receipt_id: int
    region_code: str
    form: str
    period: str
    vintage: str
    revision: int
    state: State
    state_at: str
    state_by: str
    row_count: int
    content_sha256: str
    submitted_at: str
    submitted_by: str
    estimated: bool
    explanation: str | None
    reason: str | None
    queries: int
    open_queries: int
    in_force: int | None
    file_name: str
    due_on: str | None
    people: Annotated[
        PeopleLine | None,
        Field(description="who signed the form; null where the caller is neither its unit nor its reviewer"),
    ]
    cells: list[CellLine]
    notices: list[NoticeLine]
    remarks: list[RemarkLine]
    events: list[EventLine]


class QueueLineModel(Told):
    submission_id: int
    region_code: str
    form: str
    period: str
    vintage: str
    revision: int
    submitted_at: str
    submitted_by: str
    queries: int
    open_queries: int
    restated: int
    reason: str | None
    is_overdue: bool
    is_resent: bool
    is_clean: bool


class QueueAnswer(Told):
    items: list[QueueLineModel]


class OutcomeLine(Told):
    """What became of one part of a file; counts are of its cells."""

    submission_id: int | None
    region_code: str
    form: str
    period: str
    vintage: str
    revision: int
    is_new: bool
    state: Literal["submitted", "accepted"]
    created: int
    updated: int
    unchanged: int
    carried: int
    queries: int
    waits: Literal["explanation", "review"] | None


class Receipt(Told):
    """What became of a file. `duplicate_of`: the receipt that said the same first."""

    file: str
    receipt_id: int | None
    duplicate_of: int | None
    verdict: Literal["accept", "warn", "review", "duplicate", "rows", "reject"]
    dry_run: bool
    row_count: int
    created: int
    updated: int
    unchanged: int
    carried: int
    rejected: int
    submissions: list[OutcomeLine]
    problem_count: int
    problems: list[FileProblemModel]


class TokenLine(Told):
    token_id: int
    name: str
    role: str
    regions: list[str] | None
    indicators: list[str] | None
    departments: list[str] | None
    created_at: str
    created_by: str
    expires_at: str
    revoked_at: str | None
    last_used_on: Annotated[str | None, Field(description="日（UTC） the day of its last use, in UTC")]


class TokenList(Told):
    items: list[TokenLine]


class MadeToken(TokenLine):
    token: Annotated[str, Field(description="只显示这一次 shown this once")]
