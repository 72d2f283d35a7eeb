"""Files of this room, checked: every fault of a file at once, with its line and path."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from pydantic import ValidationError

from monitor.catalogue.explain import Explainer
from monitor.catalogue.files import refuse_empty
from monitor.catalogue.problems import CatalogueError, Problem, in_order, suggestion
from monitor.catalogue.yaml_nodes import Location, Node, locate, parse_nodes, to_data

from .models import LEVELS, DepartmentBudget, PerformanceTable, Scoring
from .values import WORDS, read_value

BudgetFile = PerformanceTable | DepartmentBudget | Scoring
KINDS: Mapping[str, type[PerformanceTable] | type[DepartmentBudget] | type[Scoring]] = {
    "performance_table": PerformanceTable,
    "department_budget": DepartmentBudget,
    "scoring": Scoring,
}
_DEPARTMENT = "-department"  # so that no file of one kind takes the place of one of another
FUNDS = ("mid_term", "annual", "sub_projects")
"""What a check may ask of a project: `2020-system.annual`."""


def parse_budget(text: str, file: str) -> BudgetFile:
    """One file. Raises CatalogueError with all of its faults."""
    text = text.removeprefix("\ufeff")
    refuse_empty(text, file)
    root, problems = parse_nodes(text, file)
    if root is None:
        raise CatalogueError(
            problems or [Problem(file, None, "", "empty_file", "文件里只有注释", "nothing but comments")]
        )
    data = to_data(root)
    kind = data.get("kind") if isinstance(data, dict) else None
    model = KINDS.get(str(kind))
    if model is None:
        zh, en = suggestion(str(kind), KINDS)
        zh = f"第一层的 kind 只能是 {'、'.join(KINDS)}{zh}"
        problem = _Faults(file, root).at(("kind",), "bad_value", zh, f"kind must be one of {', '.join(KINDS)}{en}")
        raise CatalogueError([*problems, problem])
    made: BudgetFile | None = None
    try:
        made = model.model_validate(data)
    except ValidationError as error:
        problems += Explainer(file, root, model, ()).problems(error.errors())
    faults = _Faults(file, root)
    further = {PerformanceTable: _table_faults, DepartmentBudget: _department_faults, Scoring: _scoring_faults}[model]
    problems += further(faults, data)
    if problems or made is None:
        raise CatalogueError(in_order(problems))
    return made


class _Faults:
    """Problems at places of one file."""

    def __init__(self, file: str, root: Node) -> None:
        self.file, self.root = file, root

    def at(self, location: Location, code: str, zh: str, en: str) -> Problem:
        _, place = locate(self.root, location)
        return Problem(self.file, place.line, place.path, code, zh, en, place.text)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _table_faults(faults: _Faults, data: dict[str, Any]) -> Iterator[Problem]:
    """Values on no list, kinds of another level, rows out of the form's order, years the wrong way round."""
    words = [str(word) for word in _list(data.get("words"))]
    order = [(level, kind) for level, kinds in LEVELS.items() for kind in kinds]
    last = 0
    for number, row in enumerate(map(_mapping, _list(data.get("indicators")))):
        for side in ("mid_term", "annual"):
            value = _mapping(row.get(side)).get("value")
            if isinstance(value, str) and read_value(value, words) is None:
                zh, en = suggestion(value, [*WORDS, *words])
                zh = zh or f"；通用用语：{'、'.join(WORDS)}"
                yield faults.at(
                    ("indicators", number, side, "value"), "unknown_word",
                    f"既不是带单位的数，也不是已知的定性用语{zh}；新的用语写进 words:",
                    f"neither a number with a unit nor a known word{en}; put a new word into words:",
                )  # fmt: skip
        pair = (row.get("level"), row.get("kind"))
        kinds = LEVELS.get(row.get("level"))  # type: ignore[arg-type]
        if kinds is None or not any(pair[1] in known for known in LEVELS.values()):
            continue
        if pair not in order:
            yield faults.at(
                ("indicators", number, "kind"), "wrong_level",
                f"“{pair[1]}”不属于{pair[0]}；该级只有：{'、'.join(kinds)}",
                f"'{pair[1]}' is no kind of {pair[0]}, which has {', '.join(kinds)}",
            )  # fmt: skip
        elif (place := order.index(pair)) < last:
            yield faults.at(
                ("indicators", number, "kind"), "wrong_order",
                "同级同类的行要放在一起，按表的次序排列",
                "rows of one level and kind stand together, in the order of the form",
            )  # fmt: skip
        else:
            last = place
    project = _mapping(data.get("project"))
    years = [str(project.get(name, "")) for name in ("first_year", "year", "last_year")]
    if all(year.isdecimal() for year in years) and not int(years[0]) <= int(years[1]) <= int(years[2]):
        yield faults.at(
            ("project", "year"), "bad_value", f"年度 {years[1]} 不在项目周期 {years[0]}—{years[2]} 之内",
            f"the year {years[1]} is not within the cycle {years[0]}–{years[2]}",
        )  # fmt: skip
    name = str(project.get("id", ""))
    if years[1].isdecimal() and name and not name.startswith(f"{years[1]}-"):
        yield faults.at(
            ("project", "id"), "bad_value", f"项目编号要以年度开头：{years[1]}-…",
            f"the id of a project begins with its year: {years[1]}-…",
        )  # fmt: skip
    if name.endswith(_DEPARTMENT):
        yield faults.at(
            ("project", "id"), "bad_value", f"以 {_DEPARTMENT} 结尾的编号只用于部门预算",
            f"ids that end in {_DEPARTMENT} are those of department budgets",
        )  # fmt: skip
    yield from _twice(faults, ("words",), words)


def _twice(faults: _Faults, location: Location, names: Sequence[str]) -> Iterator[Problem]:
    for place, name in enumerate(names):
        if name in names[:place]:
            yield faults.at((*location, place), "duplicate", f"“{name}”写了两次", f"'{name}' is written twice")


def _department_faults(faults: _Faults, data: dict[str, Any]) -> Iterator[Problem]:
    """Tables, lines, columns and places that checks name and nobody defined; an id that could be another file's."""
    name = str(data.get("id", ""))
    if name and not name.endswith(_DEPARTMENT):
        yield faults.at(
            ("id",), "bad_value", f"部门预算的编号要以 {_DEPARTMENT} 结尾，如 2020{_DEPARTMENT}",
            f"the id of a department budget ends in {_DEPARTMENT}, such as 2020{_DEPARTMENT}",
        )  # fmt: skip
    tables: dict[str, tuple[list[str], list[str]]] = {}
    for number, table in enumerate(map(_mapping, _list(data.get("tables")))):
        columns = [str(_mapping(one).get("id")) for one in _list(table.get("columns"))]
        codes = [str(_mapping(one).get("code")) for one in _list(table.get("rows"))]
        if str(table.get("id")) in tables:
            yield faults.at(("tables", number, "id"), "duplicate", "这张表的编号用了两次", "this id is used twice")
        tables[str(table.get("id"))] = (columns, codes)
        for place, code in enumerate(codes):
            if code in codes[:place]:
                at: Location = ("tables", number, "rows", place, "code")
                yield faults.at(at, "duplicate", "这个编码在表中用了两次", "this code is there twice")
        for place, line in enumerate(map(_mapping, _list(table.get("rows")))):
            for column in _mapping(line.get("values")):
                if column not in columns:
                    zh, en = suggestion(column, columns)
                    where = ("tables", number, "rows", place, "values", column)
                    yield faults.at(where, "unknown_column", f"没有列“{column}”{zh}", f"no column '{column}'{en}")
    for number, check in enumerate(map(_mapping, _list(data.get("checks")))):
        yield from _check_faults(faults, tables, ("checks", number), check)


def _check_faults(
    faults: _Faults, tables: Mapping[str, tuple[list[str], list[str]]], at: Location, check: Mapping[str, Any]
) -> Iterator[Problem]:
    pairs = [("left", ("left_column",)), ("right", ("right_column",))] if check.get("rule") == "same" else [
        ("table", ("columns", "total", "parts", "result", "before", "after", "change", "base"))
    ]  # fmt: skip
    for key, named in pairs:
        name = check.get(key)
        if not isinstance(name, str):
            continue
        if name not in tables:
            zh, en = suggestion(name, tables)
            yield faults.at((*at, key), "unknown_table", f"没有表“{name}”{zh}", f"no table '{name}'{en}")
            continue
        for field in named:
            value = check.get(field)
            for column in value if isinstance(value, list) else [value] if value is not None else []:
                if str(column) not in tables[name][0]:
                    zh, en = suggestion(str(column), tables[name][0])
                    yield faults.at(
                        (*at, field), "unknown_column", f"没有列“{column}”{zh}", f"no column '{column}'{en}"
                    )
    if check.get("rule") in ("equal", "times", "share"):
        for field in ("left", "right", "result", "of", "part", "whole"):
            value = check.get(field)
            for place in value if isinstance(value, list) else [value] if value is not None else []:
                if (told := _unknown_place(str(place), tables)) is not None:
                    yield faults.at((*at, field), "unknown_place", *told)


def _unknown_place(place: str, tables: Mapping[str, tuple[list[str], list[str]]]) -> tuple[str, str] | None:
    """What is wrong with a place of a table; places of projects are looked up when the check is made."""
    parts = place.split(".")
    if len(parts) == 2 and parts[1] in FUNDS:
        return None
    if len(parts) == 3 and parts[0] in tables:
        columns, codes = tables[parts[0]]
        if parts[1] in codes and parts[2] in columns:
            return None
    known = [
        f"{table}.{code}.{column}" for table, (columns, codes) in tables.items() for code in codes for column in columns
    ]
    zh, en = suggestion(place, known)
    return f"没有“{place}”这一格{zh}", f"there is no cell '{place}'{en}"


def _scoring_faults(faults: _Faults, data: dict[str, Any]) -> Iterator[Problem]:
    """Points that are not a hundred together, bands with gaps, grades that do not reach down to 0."""
    points = _mapping(data.get("points"))
    given = [_number(points.get(name)) for name in ("execution", "output", "benefit", "satisfaction")]
    known = [one for one in given if one is not None]
    if len(known) == len(given) and sum(known) != 100:
        said = " + ".join(f"{one:f}" for one in known)
        yield faults.at(
            ("points",), "not_a_hundred", f"{said} = {sum(known):f}，四项分值之和必须是 100",
            f"{said} = {sum(known):f}: the four must be 100 together",
        )  # fmt: skip
    upper: Decimal | None = Decimal(100)
    for place, band in enumerate(map(_mapping, _list(data.get("attainment")))):
        if _number(band.get("up_to")) != upper:
            yield faults.at(
                ("attainment", place, "up_to"), "gap", f"各档要首尾相接，从 100 起：这里应是 {upper}",
                f"the bands must follow each other from 100 downwards: {upper} is due here",
            )  # fmt: skip
        upper = _number(band.get("at_least"))
    if upper not in (None, 0):
        yield faults.at(("attainment",), "gap", "最低一档要到 0 为止", "the lowest band must end at 0")
    lowest = _list(data.get("grades"))
    bounds = [_number(_mapping(one).get("at_least")) for one in lowest]
    numbers = [one for one in bounds if one is not None]
    if len(numbers) == len(bounds) and (numbers != sorted(set(numbers), reverse=True) or numbers[-1:] != [0]):
        yield faults.at(
            ("grades",), "gap", "等级要从高到低排列，最后一级从 0 起",
            "grades run from the highest to the lowest, which begins at 0",
        )  # fmt: skip


def _number(value: Any) -> Decimal | None:
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
