"""What every part of the catalogue's model builds on: the frozen model, texts in two languages, vintages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

Frequency = Literal["month", "quarter", "half", "year"]
Language = Literal["zh", "en"]

# methods.md section 1: which vintage of one period is preferred, best first; `plan` rows are baselines.
VINTAGE_ORDER = (
    "final_accounts", "yearbook", "bulletin", "reported", "flash",
    "long_series", "report", "briefing", "blue_book",
)  # fmt: skip
VINTAGES = (*VINTAGE_ORDER, "plan")


class Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _null_is_absent(cls, value: Any) -> Any:
        if not isinstance(value, Mapping):
            return value
        return {key: item for key, item in value.items() if item is not None or key not in cls.model_fields}


class Text(Model):
    """A text in Chinese and, where given, English; a bare string is Chinese."""

    zh: str = Field(min_length=1)
    en: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _from_string(cls, value: Any) -> Any:
        return {"zh": value} if isinstance(value, str) else value

    def in_language(self, language: Language) -> str:
        return self.en if language == "en" and self.en else self.zh


class Owner(Text):
    """Who is responsible; `inferred` where no published text says so (printed with 推定)."""

    inferred: bool = False
