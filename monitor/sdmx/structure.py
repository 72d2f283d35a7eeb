"""What the data are made of: concepts, code lists, and for each plan the structures of its figures and targets."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from monitor.catalogue.loader import Catalogue
from monitor.catalogue.models import Text
from monitor.catalogue.regions import Regions

from . import codes

AGENCY = "PLAN_MONITOR"
VERSION = "1.0"
CONCEPTS = "CS_PLAN"
# An agency within another one (CN.NHSA) would be one in references, but no sender of a message.
_AGENCY_ID = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_NOT_IN_IDS = re.compile(r"[^A-Za-z0-9_@$-]")

Role = Literal["dimension", "time", "measure", "attribute"]
Format = Literal["String", "Decimal", "Boolean", "ObservationalTimePeriod", "Integer"]
Flow = Literal["figures", "targets"]
FLOWS: tuple[Flow, ...] = ("figures", "targets")


@dataclass(frozen=True)
class Code:
    id: str
    zh: str
    en: str
    parent: str | None = None


@dataclass(frozen=True)
class Codelist:
    id: str
    zh: str
    en: str
    codes: tuple[Code, ...]


@dataclass(frozen=True)
class Component:
    """A column of the data. `list`: the code list of its values, else `format` says what they are."""

    id: str
    role: Role
    zh: str
    en: str
    list: str | None = None
    format: Format = "String"
    mandatory: bool = False


@dataclass(frozen=True)
class DataStructure:
    """`id` is that of the structure and of its dataflow."""

    id: str
    zh: str
    en: str
    components: tuple[Component, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(one.id for one in self.components)


@dataclass(frozen=True)
class Structures:
    """Everything that a structure message tells, of one agency."""

    agency: str
    codelists: tuple[Codelist, ...]
    concepts: tuple[Component, ...]
    data_structures: tuple[DataStructure, ...]


FIGURES = (
    Component("FREQ", "dimension", "频率", "Frequency", "CL_FREQ"),
    Component("REF_AREA", "dimension", "地区", "Reference area", "CL_AREA"),
    Component("INDICATOR", "dimension", "指标", "Indicator", "CL_INDICATOR"),
    Component("VINTAGE", "dimension", "数据版本", "Vintage", "CL_VINTAGE"),
    Component("TIME_PERIOD", "time", "报告期", "Time period", format="ObservationalTimePeriod"),
    Component("OBS_VALUE", "measure", "数值", "Observation value", format="Decimal"),
    Component("OBS_STATUS", "attribute", "观测状态", "Observation status", "CL_OBS_STATUS", mandatory=True),
    Component("UNIT_MEASURE", "attribute", "计量单位", "Unit of measure", "CL_UNIT", mandatory=True),
    Component("COMPARATOR", "attribute", "比较符", "Comparator", "CL_COMPARATOR", mandatory=True),
    Component("VALUE_DERIVED", "attribute", "数值由分子分母算出", "Value worked out from its parts", format="Boolean"),
    Component("NUMERATOR", "attribute", "分子", "Numerator", format="Decimal"),
    Component("DENOMINATOR", "attribute", "分母", "Denominator", format="Decimal"),
    Component("PART_UNIT", "attribute", "分子分母单位", "Unit of numerator and denominator", "CL_UNIT"),
    Component("SYNTHETIC", "attribute", "模拟数据", "Synthetic data", format="Boolean", mandatory=True),
    Component("SOURCE", "attribute", "来源", "Source"),
    Component("PUBLISHED_ON", "attribute", "发布日期", "Date of publication"),
    Component("GRADE", "attribute", "等级", "Grade of the source"),
    Component("NOTE", "attribute", "备注", "Note"),
    Component("SUBMISSION", "attribute", "报送号", "Submission", format="Integer"),
)
TARGETS = (
    Component("FREQ", "dimension", "频率", "Frequency", "CL_FREQ"),
    Component("REF_AREA", "dimension", "地区", "Reference area", "CL_AREA"),
    Component("INDICATOR", "dimension", "指标", "Indicator", "CL_INDICATOR"),
    Component("KIND", "dimension", "类型", "Baseline, target or yearly path", "CL_KIND"),
    Component("TIME_PERIOD", "time", "报告期", "Time period", format="ObservationalTimePeriod"),
    Component("OBS_VALUE", "measure", "数值", "Observation value", format="Decimal"),
    Component("OBS_STATUS", "attribute", "观测状态", "Observation status", "CL_OBS_STATUS", mandatory=True),
    Component("UNIT_MEASURE", "attribute", "计量单位", "Unit of measure", "CL_UNIT", mandatory=True),
    Component("COMPARATOR", "attribute", "比较符", "Comparator", "CL_COMPARATOR"),
    Component("RULE", "attribute", "判定规则", "Rule", "CL_RULE"),
    Component("PRINTED", "attribute", "规划中的文字", "As printed in the plan"),
)


def flow_id(plan_id: str, flow: Flow) -> str:
    """The id of a plan's structure and dataflow: `FIGURES_uhs-14`; what SDMX does not allow in ids becomes `_`."""
    return f"{flow.upper()}_{_NOT_IN_IDS.sub('_', plan_id)}"


def data_structure(catalogue: Catalogue, flow: Flow) -> DataStructure:
    """What a plan's figures, or its targets, are made of."""
    zh, en = catalogue.plan.title.zh, catalogue.plan.title.in_language("en")
    id = flow_id(catalogue.plan.id, flow)
    if flow == "figures":
        return DataStructure(id, f"{zh}：指标数据", f"{en}: figures", FIGURES)
    return DataStructure(id, f"{zh}：目标", f"{en}: targets", TARGETS)


def is_agency(text: str) -> bool:
    """Whether SDMX would take it for an agency's id."""
    return _AGENCY_ID.fullmatch(text) is not None


def structures(catalogues: Sequence[Catalogue], regions: Regions, agency: str = AGENCY) -> Structures:
    """The structure of the plans: two data structures each, one set of code lists for all."""
    lists = (
        _list("CL_FREQ", "频率", "Frequency", codes.CL_FREQ),
        Codelist("CL_AREA", "地区（国家统计局代码）", "Regions (GB/T 2260 codes)", tuple(_areas(regions))),
        Codelist("CL_INDICATOR", "指标", "Indicators", tuple(_indicators(catalogues))),
        _list("CL_VINTAGE", "数据版本", "Vintages", codes.CL_VINTAGE),
        _list("CL_OBS_STATUS", "观测状态", "Observation status", codes.CL_OBS_STATUS),
        _list("CL_UNIT", "计量单位", "Units of measure", codes.CL_UNIT),
        _list("CL_COMPARATOR", "比较符", "Comparators", codes.CL_COMPARATOR),
        _list("CL_RULE", "判定规则", "Rules of targets", codes.CL_RULE),
        _list("CL_KIND", "目标数据类型", "Kinds of target data", codes.CL_KIND),
    )
    plans = sorted(catalogues, key=lambda one: one.plan.id)
    made = tuple(data_structure(one, flow) for one in plans for flow in FLOWS)
    concepts = {one.id: one for one in (*FIGURES, *TARGETS)}
    return Structures(agency, lists, tuple(concepts.values()), made)


def _list(id: str, zh: str, en: str, named: Iterable[codes.Named]) -> Codelist:
    return Codelist(id, zh, en, tuple(Code(*one) for one in named))


def _areas(regions: Regions) -> Iterable[Code]:
    """Each region by its latest row; parents that the file does not have are left out."""
    for code in sorted(regions.codes):
        row = regions.get(code)
        assert row is not None
        parent = row.parent_code if row.parent_code in regions else None
        yield Code(code, row.name, row.name_en or row.name, parent)


def _indicators(catalogues: Sequence[Catalogue]) -> Iterable[Code]:
    """Each id once, as the first plan that has it names it."""
    named: dict[str, Text] = {}
    for catalogue in sorted(catalogues, key=lambda one: one.plan.id):
        for indicator in catalogue.indicators:
            named.setdefault(indicator.id, indicator.name)
    return [Code(id, name.zh, name.in_language("en")) for id, name in sorted(named.items())]
