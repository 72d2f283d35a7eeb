"""What may be asked and sent, as models: they check a request and write the OpenAPI document."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from monitor.access.rights import AccountRole
from monitor.store.tokens import LONGEST_DAYS

from .values import Asked, Code, Count, Cursor, Days, Flag, Limit, Moment, Name, PeriodCode, Saying, Sent, State

Remarks = Annotated[
    dict[Name, Saying],
    Field(
        description="指标编码 → 意见; indicator id → what is to be said at its cell",
        json_schema_extra={"additionalProperties": False},
    ),
]


class AsOfQuery(Asked):
    as_of: Moment | None = None


class TasksQuery(AsOfQuery):
    plan: Name | None = None


class RegionPeriodQuery(AsOfQuery):
    plan: Name | None = None
    region: Code | None = None
    period: PeriodCode | None = None
    limit: Limit = 200
    cursor: Cursor | None = None


class ScorecardQuery(RegionPeriodQuery):
    method: Literal["linear", "cagr"] = "linear"
    include_context: Flag = False


class FiguresQuery(RegionPeriodQuery):
    indicator: Name | None = None


class SdmxQuery(AsOfQuery):
    indicator: Name
    flow: Literal["figures", "targets"] = "figures"
    plan: Name | None = None
    region: Code | None = None
    period: PeriodCode | None = None


class ExplanationQuery(AsOfQuery):
    indicator: Name
    region: Code
    period: PeriodCode
    plan: Name | None = None


class SubmissionsQuery(AsOfQuery):
    plan: Name | None = None
    form: Name | None = None
    region: Code | None = None
    period: PeriodCode | None = None
    state: State | None = None
    limit: Limit = 200
    cursor: Cursor | None = None


class BoardQuery(RegionPeriodQuery):
    form: Name | None = None


class ChangesQuery(Asked):
    """`from` and `to` are moments as `as_of` is."""

    from_: Annotated[Moment, Field(alias="from")]
    to: Moment | None = None
    plan: Name | None = None
    region: Code | None = None
    period: PeriodCode | None = None
    limit: Limit = 200
    cursor: Cursor | None = None


class CallsQuery(AsOfQuery):
    form: Name | None = None
    region: Code | None = None
    period: PeriodCode | None = None
    limit: Limit = 200
    cursor: Cursor | None = None


class SendQuery(Asked):
    """Of a file; a multipart form may have these as fields, which go before those of the address."""

    dry_run: Flag = False
    explain: Saying | None = None
    reason: Saying | None = None
    name: Annotated[str | None, Field(min_length=1, max_length=120, description="文件名 the file's name")] = None


class LanguageQuery(Asked):
    language: Literal["zh", "en"] = "zh"


class TemplateQuery(LanguageQuery):
    region: Code
    period: PeriodCode
    form: Name | None = None


class AcceptBody(Sent):
    explain: Annotated[Saying | None, Field(description="对核实性问题的说明 answers its open queries")] = None


class ReturnBody(Sent):
    reason: Saying
    remarks: Remarks = Field(default_factory=dict)


class WithdrawBody(Sent):
    reason: Saying | None = None


class CommentBody(Sent):
    remarks: Annotated[Remarks, Field(min_length=1)]


class QueryAnswer(Sent):
    """One query, named as in `problems` and `notices`: its row (null: the whole file) and its rule, else its code."""

    row: Count | None = None
    rule: Annotated[str, Field(min_length=1, max_length=200)]
    text: Saying


class ExplainBody(Sent):
    answers: Annotated[list[QueryAnswer], Field(min_length=1, max_length=1000)]


class TokenBody(Sent):
    """`indicators` and `departments` (as the catalogue writes its owners) are for a reviewer's."""

    name: Annotated[Saying, Field(max_length=120)]
    role: AccountRole
    regions: Annotated[list[Code], Field(min_length=1, max_length=1000)] | None = None
    indicators: Annotated[list[Name], Field(min_length=1, max_length=1000)] | None = None
    departments: Annotated[list[Saying], Field(min_length=1, max_length=1000)] | None = None
    days: Days = LONGEST_DAYS

    @property
    def scope(self) -> tuple[list[str] | None, list[str] | None, list[str] | None]:
        return self.regions, self.indicators, self.departments
