"""The plan and its figures as SDMX: the structure, and one indicator's figures or targets."""

from __future__ import annotations

from monitor.report.as_of import format_as_of
from monitor.sdmx.csv_out import TYPE as CSV_TYPE
from monitor.sdmx.csv_out import data_csv
from monitor.sdmx.ml import STRUCTURE_TYPE, structure_message
from monitor.sdmx.series import selected
from monitor.sdmx.structure import AGENCY, data_structure, structures

from ..downloads import attachment
from .asked import AsOfQuery, SdmxQuery
from .faults import ApiProblem
from .operations import Answer, Caller
from .pages import moment_of

STRUCTURE_MEDIA, DATA_MEDIA = (kind.partition(";")[0] for kind in (STRUCTURE_TYPE, CSV_TYPE))
"""As the document names them; the answers also say which version."""


def structure(caller: Caller, query: AsOfQuery) -> Answer:
    """What the data of every plan are made of: SDMX-ML 2.1."""
    as_of = moment_of(caller, query.as_of)
    configuration = caller.desk.configuration(as_of)
    made = structures(configuration.catalogues, configuration.regions)
    text = structure_message(made, format_as_of(caller.desk.moment(as_of)))
    return _file(text, "structure.xml", STRUCTURE_TYPE)


def data(caller: Caller, query: SdmxQuery) -> Answer:
    """One indicator's figures or targets: SDMX-CSV 2.0. Of several plans that have it, the first."""
    as_of = moment_of(caller, query.as_of)
    plans = [one for one in caller.plans(query.plan, as_of) if one.indicator(query.indicator) is not None]
    if not plans:
        zh, en = f"没有指标“{query.indicator}”", f"there is no indicator '{query.indicator}'"
        raise ApiProblem(404, "unknown_indicator", zh, en)
    asked = {"region": query.region, "indicator": query.indicator, "period": query.period}
    rows = selected(caller.desk, plans[0], query.flow, as_of, **asked)
    text = "".join(data_csv(AGENCY, data_structure(plans[0], query.flow), rows))
    return _file(text, f"{query.flow}-{query.indicator}.csv", CSV_TYPE)


def _file(text: str, name: str, kind: str) -> Answer:
    headers = attachment(b"", name, kind).headers
    return Answer(text.encode(), media_type=kind, headers={"Content-Disposition": headers["Content-Disposition"]})
