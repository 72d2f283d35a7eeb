"""What a department says in a self-rating: from a form, or from a YAML file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import Field, ValidationError

from monitor.catalogue.base import Model
from monitor.catalogue.explain import Explainer
from monitor.catalogue.files import refuse_empty
from monitor.catalogue.problems import CatalogueError, Problem, in_order
from monitor.catalogue.values import NotNegative, Printed, Whole
from monitor.catalogue.yaml_nodes import parse_nodes, to_data
from monitor.dossier.errors import DossierError

Fault = tuple[str, str]
"""What is wrong, in Chinese and English."""

_MOST_SAID = 12


class Answer(Model):
    """What is said of one row. `actual`: a number with its unit; of a qualitative goal `attainment` and `percent`."""

    row: Whole
    actual: Printed | None = None
    attainment: str | None = None
    percent: NotNegative | None = None
    points: NotNegative | None = None
    cause: str = ""
    measures: str = ""


class Answers(Model):
    """What a department says of a year: funds (in the table's unit), how the annual goals were reached, and rows."""

    budget: NotNegative | None = None
    executed: NotNegative | None = None
    funds_cause: str = ""
    goals_reached: str = ""
    rows: tuple[Answer, ...] = Field(())

    def of(self, number: int) -> Answer:
        """The answer to a row (from 1); an empty one where there is none."""
        return next((one for one in self.rows if one.row == number), Answer(row=number))


def read_answers(given: Mapping[str, Any]) -> Answers:
    """Raises DossierError (field) with everything that is no answer."""
    try:
        return Answers.model_validate(given)
    except ValidationError as error:
        faults = [_no_answer(given, one) for one in error.errors()]
    raise all_faults(faults)


def _no_answer(given: Mapping[str, Any], error: Any) -> Fault:
    way, context = error["loc"], error.get("ctx", {})
    place = str(way[-1])
    if way[0] == "rows" and len(way) > 1:
        row = given["rows"][way[1]].get("row", way[1])
        place = f"row {row} {place}"
    said = f"“{error['input']}”"
    return f"{place} {said}：{context.get('zh', '不可用')}", f"{place} {said}: {context.get('en', error['msg'])}"


def parse_answers(text: str, file: str) -> Answers:
    """A YAML file of answers. Raises CatalogueError with every fault, its line and path."""
    refuse_empty(text, file)
    root, problems = parse_nodes(text.removeprefix("\ufeff"), file)
    if root is None:
        zh, en = "文件里只有注释", "the file holds nothing but comments"
        raise CatalogueError(problems or [Problem(file, None, "", "empty_file", zh, en)])
    try:
        made = Answers.model_validate(to_data(root))
    except ValidationError as error:
        problems += Explainer(file, root, Answers, ()).problems(error.errors())
    if problems:
        raise CatalogueError(in_order(problems))
    return made


def all_faults(faults: Sequence[Fault]) -> DossierError:
    """Everything at once, as far as one line can hold it."""
    more = len(faults) - _MOST_SAID
    zh = "；".join(zh for zh, _ in faults[:_MOST_SAID]) + (f"；另有 {more} 处" if more > 0 else "")
    en = "; ".join(en for _, en in faults[:_MOST_SAID]) + (f"; and {more} more" if more > 0 else "")
    return DossierError("field", zh, en)
