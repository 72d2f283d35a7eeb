"""What the pages of gap sharing post to: inputs that become an address, and tables to be settled. Nothing is stored."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from flask import Flask, request
from werkzeug.wrappers import Response as AnyResponse

from monitor.dossier.errors import DossierError
from monitor.pooling.cases import FIELDS
from monitor.pooling.rules import Scheme
from monitor.pooling.table import MOST_BYTES, sample

from .actions import see
from .address import Address
from .downloads import attachment
from .pooled import Sent
from .taking import note_taken

if TYPE_CHECKING:
    from .duty_doors import DutyDoors

_SCHEMES: Mapping[str, Scheme] = {"employees": "employees", "residents": "residents"}
_LONGEST_INPUT = 24  # characters; seven or nine of them fit into an address
_BETWEEN = ";"


def case_texts(address: Address) -> dict[str, str]:
    """What was typed, by name of field, read back from an address."""
    parts = (part.partition("=") for part in (address.case or "").split(_BETWEEN))
    return {name: text for name, equals, text in parts if equals}


def case_of(scheme: Scheme, typed: Mapping[str, str]) -> str:
    """The inputs as they stand in an address. Raises DossierError for one that is too long for that."""
    texts = {field.name: " ".join(typed.get(field.name, "").split()) for field in FIELDS[scheme]}
    for field in FIELDS[scheme]:
        if len(texts[field.name]) > _LONGEST_INPUT or _BETWEEN in texts[field.name]:
            raise DossierError(
                "field",
                f"{field.said.zh}：至多 {_LONGEST_INPUT} 个字符，不能有分号；更长的数请用 monitor pooling",
                f"{field.said.en}: at most {_LONGEST_INPUT} characters and no semicolon; use monitor pooling for more",
            )
    return _BETWEEN.join(f"{name}={text}" for name, text in texts.items() if text)


def serve_pooling(server: Flask, doors: DutyDoors) -> None:
    """Hang the routes on the server."""

    @server.post("/do/duty/pooling/<any(employees, residents):scheme>")
    @doors.guarded("/pooling/{scheme}")
    def _pooling_case(scheme: str) -> AnyResponse:
        case = case_of(_SCHEMES[scheme], request.form)
        return see(Address("pooling", scheme, case=case).href)

    @server.post("/do/duty/pooling/settle")
    @doors.guarded("/pooling/settle")
    def _pooling_table() -> AnyResponse:
        scheme, sent = _SCHEMES.get(request.form.get("scheme", "")), request.files.get("file")
        if scheme is None or sent is None or not sent.filename:
            raise DossierError("field", "请选择办法和一个 CSV 文件", "choose a scheme and a CSV file")
        content = sent.stream.read(MOST_BYTES + 1)
        token = doors.shelf.put(doors.actor.name, Sent(scheme, sent.filename, content))
        return see(Address("pooling", "settle", run=token).href)

    @server.get("/download/pooling/<any(employees, residents):scheme>.csv")
    def _pooling_sample(scheme: str) -> AnyResponse:
        note_taken(doors.desk.store, doors.actor)
        return attachment(sample(_SCHEMES[scheme]), f"{scheme}-模拟数据.csv", "text/csv; charset=utf-8")
