"""What questions are asked of: the plans, regions and settings in force, and what a question may name."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from monitor.catalogue.loader import Catalogue, parse_catalogues, parse_regions
from monitor.catalogue.periods import Period, parse_period
from monitor.catalogue.regions import Regions
from monitor.method.settings import MethodSettings


class QuestionError(ValueError):
    """The question names a plan, region or period that is not there; says so in both languages."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh, self.en = zh, en


@dataclass(frozen=True)
class Configuration:
    """What was in force: the plans, the regions and the settings of the method."""

    catalogues: tuple[Catalogue, ...]
    regions: Regions
    settings: MethodSettings

    def plan(self, plan_id: str | None) -> Catalogue:
        """The plan asked for; without a name the first one loaded. Raises QuestionError."""
        for catalogue in self.catalogues:
            if plan_id in (None, catalogue.plan.id):
                return catalogue
        known = ", ".join(catalogue.plan.id for catalogue in self.catalogues)
        raise QuestionError(f"没有规划“{plan_id}”；已载入：{known}", f"no plan '{plan_id}'; loaded: {known}")


@dataclass(frozen=True)
class Since:
    """What is known at some moment: `at` is when it last changed (naive UTC), None for all that is known now.

    `seq`: the highest among its events; it grows where one is recorded later for an earlier moment.
    """

    at: datetime | None
    seq: int

    @property
    def is_past(self) -> bool:
        return self.at is not None


def codes_of(catalogue: Catalogue, regions: Regions) -> tuple[str, ...]:
    """The plan's region and all that ever were below it."""
    root = catalogue.plan.region
    return (root, *(region.code for region in regions.descendants(root)))


def not_reporting(catalogue: Catalogue, regions: Regions) -> list[str]:
    """The plan's regions that have rows only where they have a figure."""
    return sorted({row.code for row in regions.descendants(catalogue.plan.region) if not row.reporting})


def asked_period(text: str | None) -> Period | None:
    """The period that a question names. Raises QuestionError for a text that is none."""
    if text is None:
        return None
    try:
        return parse_period(text)
    except ValueError:
        raise QuestionError(
            f"“{text}”不是报告期；请写成 2023、2023-H1、2023-Q2 或 2023-06",
            f"'{text}' is no period; write 2023, 2023-H1, 2023-Q2 or 2023-06",
        ) from None


def parse_recorded(text: str, present: Configuration) -> Configuration:
    """A recorded configuration; the present one where it says the same: to read one takes a tenth of a second."""
    content = json.loads(text)
    regions_said = (content["regions"]["file"], content["regions"]["text"])
    texts = [(catalogue["file"], catalogue["text"]) for catalogue in content["catalogues"]]
    settings = MethodSettings(**{name: Decimal(str(value)) for name, value in content["settings"].items()})
    present_texts = [(catalogue.file, catalogue.text) for catalogue in present.catalogues]
    if (texts, settings) == (present_texts, present.settings) and regions_said == (
        present.regions.file, present.regions.text,
    ):  # fmt: skip
        return present
    file, said = regions_said
    regions = parse_regions(said, file)
    return Configuration(parse_catalogues(texts, regions), regions, settings)
