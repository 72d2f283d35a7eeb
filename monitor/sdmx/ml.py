"""SDMX-ML 2.1: the structure message, and structure-specific data whose observations are written as they are read.

Written by hand, since the order of elements and attributes and the moment in the header make the bytes: the same
question gives the same file. The tests have another implementation read both back.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import escape
from itertools import groupby

from .series import Observation
from .structure import CONCEPTS, VERSION, Codelist, Component, DataStructure, Structures

STRUCTURE_TYPE = "application/vnd.sdmx.structure+xml; version=2.1"
DATA_TYPE = "application/vnd.sdmx.structurespecificdata+xml; version=2.1"
_SDMX = "http://www.sdmx.org/resources/sdmxml/schemas/v2_1"
_NAMESPACES = (
    f'xmlns:mes="{_SDMX}/message" xmlns:str="{_SDMX}/structure" xmlns:com="{_SDMX}/common"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
)
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BREAKS = str.maketrans({"\n": "&#10;", "\r": "&#13;", "\t": "&#9;"})
EPOCH = "1970-01-01T00:00:00.000000Z"
"""The moment of a message about nothing."""


def structure_message(structures: Structures, prepared: str) -> str:
    """The whole structure. `prepared`: the moment that it is of, as exports print it; "" where nothing is known yet."""
    agency = structures.agency
    lists = "".join(_codelist(agency, one) for one in structures.codelists)
    concepts = "".join(_concept(one) for one in structures.concepts)
    flows = "".join(_dataflow(agency, one) for one in structures.data_structures)
    made = "".join(_data_structure(agency, one) for one in structures.data_structures)
    return (
        f"{_HEAD}<mes:Structure {_NAMESPACES}>\n"
        f"{_header('STRUCTURE', agency, prepared)}"
        "<mes:Structures>\n"
        f"<str:OrganisationSchemes>\n{_agencies(agency)}</str:OrganisationSchemes>\n"
        f"<str:Dataflows>\n{flows}</str:Dataflows>\n"
        f"<str:Codelists>\n{lists}</str:Codelists>\n"
        f'<str:Concepts>\n<str:ConceptScheme id="{CONCEPTS}" agencyID="{agency}" version="{VERSION}">\n'
        f"{_names('规划监测概念', 'Concepts of plan monitoring')}{concepts}</str:ConceptScheme>\n</str:Concepts>\n"
        f"<str:DataStructures>\n{made}</str:DataStructures>\n"
        "</mes:Structures>\n</mes:Structure>\n"
    )


def data_message(agency: str, structure: DataStructure, rows: Iterable[Observation], prepared: str) -> Iterator[str]:
    """The parts of a data message; observations of one series must come one after the other."""
    space = f"urn:sdmx:org.sdmx.infomodel.datastructure.DataStructure={agency}:{structure.id}({VERSION})"
    yield (
        f"{_HEAD}<mes:StructureSpecificData {_NAMESPACES}"
        f' xmlns:ss="{_SDMX}/data/structurespecific" xmlns:ns1="{space}:ObsLevelDim:TIME_PERIOD">\n'
        f"{_header('DATA', agency, prepared, _header_structure(agency, structure, space))}"
        f'<mes:DataSet ss:structureRef="{structure.id}" xsi:type="ns1:DataSetType" ss:dataScope="DataStructure"'
        ' ss:action="Information">\n'
    )
    keys = [one.id for one in structure.components if one.role == "dimension"]
    others = [one.id for one in structure.components if one.role != "dimension"]
    for key, observations in groupby(rows, key=lambda row: tuple(row[name] for name in keys)):
        inside = "".join(f"<Obs{_attributes(others, one)}/>\n" for one in observations)
        yield f"<Series{_attributes(keys, dict(zip(keys, key, strict=True)))}>\n{inside}</Series>\n"
    yield "</mes:DataSet>\n</mes:StructureSpecificData>\n"


def _attributes(names: Iterable[str], values: Observation) -> str:
    return "".join(f" {name}={_quoted(values[name])}" for name in names if name in values)


def _quoted(text: str) -> str:
    """As an attribute; line ends and tabs stay what they are."""
    return f'"{_text(text).translate(_BREAKS)}"'


def _text(text: str) -> str:
    """What XML cannot hold becomes U+FFFD."""
    return escape(_NO_XML.sub("\ufffd", text))


def _header(id: str, agency: str, prepared: str, structure: str = "") -> str:
    return (
        f"<mes:Header>\n<mes:ID>{id}</mes:ID>\n<mes:Test>false</mes:Test>\n"
        f'<mes:Prepared>{prepared or EPOCH}</mes:Prepared>\n<mes:Sender id="{agency}"/>\n{structure}</mes:Header>\n'
    )


def _header_structure(agency: str, structure: DataStructure, space: str) -> str:
    return (
        f'<mes:Structure structureID="{structure.id}" namespace="{space}:ObsLevelDim:TIME_PERIOD"'
        ' dimensionAtObservation="TIME_PERIOD">\n'
        f'<com:Structure>\n<Ref agencyID="{agency}" id="{structure.id}" version="{VERSION}"/>\n</com:Structure>\n'
        "</mes:Structure>\n"
    )


def _names(zh: str, en: str) -> str:
    return f'<com:Name xml:lang="zh">{_text(zh)}</com:Name>\n<com:Name xml:lang="en">{_text(en)}</com:Name>\n'


def _agencies(agency: str) -> str:
    return (
        '<str:AgencyScheme id="AGENCIES" agencyID="SDMX" version="1.0">\n'
        f"{_names('机构', 'Agencies')}"
        f'<str:Agency id="{agency}">\n{_names("规划监测", "Plan monitoring")}</str:Agency>\n</str:AgencyScheme>\n'
    )


def _codelist(agency: str, one: Codelist) -> str:
    codes = "".join(
        f'<str:Code id="{code.id}">\n{_names(code.zh, code.en)}'
        + (f'<str:Parent>\n<Ref id="{code.parent}"/>\n</str:Parent>\n' if code.parent else "")
        + "</str:Code>\n"
        for code in one.codes
    )
    head = f'<str:Codelist id="{one.id}" agencyID="{agency}" version="{VERSION}">\n'
    return f"{head}{_names(one.zh, one.en)}{codes}</str:Codelist>\n"


def _concept(one: Component) -> str:
    return f'<str:Concept id="{one.id}">\n{_names(one.zh, one.en)}</str:Concept>\n'


def _dataflow(agency: str, one: DataStructure) -> str:
    return (
        f'<str:Dataflow id="{one.id}" agencyID="{agency}" version="{VERSION}">\n{_names(one.zh, one.en)}'
        f'<str:Structure>\n<Ref id="{one.id}" agencyID="{agency}" version="{VERSION}" package="datastructure"'
        ' class="DataStructure"/>\n</str:Structure>\n</str:Dataflow>\n'
    )


def _data_structure(agency: str, one: DataStructure) -> str:
    dimensions = "".join(
        _component(agency, part, "TimeDimension" if part.role == "time" else "Dimension", f' position="{place}"')
        for place, part in enumerate((part for part in one.components if part.role in ("dimension", "time")), 1)
    )
    relation = (
        '<str:AttributeRelationship>\n<str:PrimaryMeasure>\n<Ref id="OBS_VALUE"/>\n</str:PrimaryMeasure>\n'
        "</str:AttributeRelationship>\n"
    )
    attributes = "".join(
        _component(
            agency,
            part,
            "Attribute",
            f' assignmentStatus="{"Mandatory" if part.mandatory else "Conditional"}"',
            relation,
        )
        for part in one.components
        if part.role == "attribute"
    )
    measures = "".join(_component(agency, p, "PrimaryMeasure", "") for p in one.components if p.role == "measure")
    return (
        f'<str:DataStructure id="{one.id}" agencyID="{agency}" version="{VERSION}">\n{_names(one.zh, one.en)}'
        "<str:DataStructureComponents>\n"
        f'<str:DimensionList id="DimensionDescriptor">\n{dimensions}</str:DimensionList>\n'
        f'<str:AttributeList id="AttributeDescriptor">\n{attributes}</str:AttributeList>\n'
        f'<str:MeasureList id="MeasureDescriptor">\n{measures}</str:MeasureList>\n'
        "</str:DataStructureComponents>\n</str:DataStructure>\n"
    )


def _component(agency: str, one: Component, element: str, more: str, after: str = "") -> str:
    if one.list is not None:
        represented = (
            f'<str:Enumeration>\n<Ref id="{one.list}" agencyID="{agency}" version="{VERSION}" package="codelist"'
            ' class="Codelist"/>\n</str:Enumeration>\n'
        )
    else:
        represented = f'<str:TextFormat textType="{one.format}"/>\n'
    return (
        f'<str:{element} id="{one.id}"{more}>\n'
        f'<str:ConceptIdentity>\n<Ref id="{one.id}" maintainableParentID="{CONCEPTS}"'
        f' maintainableParentVersion="{VERSION}" agencyID="{agency}" package="conceptscheme" class="Concept"/>\n'
        "</str:ConceptIdentity>\n"
        f"<str:LocalRepresentation>\n{represented}</str:LocalRepresentation>\n{after}</str:{element}>\n"
    )
