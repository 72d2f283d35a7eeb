"""Rows of a long table as somebody scrolls to them: /rows/tree with the page's query, as nodes for assets/rows.js."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from flask import Flask, Response, request

from monitor.report.desk import Desk, QuestionError
from monitor.store.times import to_stored

from .address import Address, AddressError
from .components.tree_parts import WINDOW, tree_rows
from .markup import to_node
from .trees import tree_answer
from .view import View
from .words import Words

_MOST = 3 * WINDOW


def serve_rows(server: Flask, desk: Desk, clock: Callable[[], datetime]) -> None:
    """The route; an address that names nothing is answered 404. Who may ask is the door's to know (gatekeeper.py)."""

    @server.get("/rows/tree")
    def _rows() -> Response:
        address = Address.read("/tree", request.query_string.decode("utf-8", "replace"), request.cookies.get("lang"))
        first = request.args.get("first", 0, int)
        after = request.args.get("after", first + WINDOW, int)
        try:
            as_of = address.read_as_of(desk.store, desk.timezone, to_stored(clock()))
            answer = tree_answer(desk, address, address.read_period(), as_of)
        except (AddressError, QuestionError):
            answer = None
        if answer is None:
            return _told({"rows": [], "total": 0, "first": 0}, 404)
        first = max(0, min(first, len(answer)))
        view = View(Words(address.language, desk.timezone), replace(address, rows=None))
        rows = tree_rows(view, answer, first, max(first, min(after, first + _MOST)))
        return _told({"rows": [to_node(row) for row in rows], "total": len(answer), "first": first}, 200)


def _told(content: object, status: int) -> Response:
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    answer = Response(text, status=status, content_type="application/json; charset=utf-8")
    answer.headers["Cache-Control"] = "no-store"
    return answer
