"""A card that stands alone: where one fails, the rest of the page lives on (states of the dashboard)."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from ..security import new_fault_id
from ..view import View
from . import html
from .parts import attributes

_log = logging.getLogger("monitor.web")
Given = ParamSpec("Given")
Drawn = TypeVar("Drawn")


def stands_alone(
    draw: Callable[Concatenate[View, Given], Drawn],
) -> Callable[Concatenate[View, Given], Drawn | html.Section]:
    """What `draw` gives, or a card that says that it failed, with the id that the log has; the view counts it."""

    @wraps(draw)
    def drawn(view: View, /, *given: Given.args, **named: Given.kwargs) -> Drawn | html.Section:
        try:
            return draw(view, *given, **named)
        except Exception as error:  # whatever went wrong, the reader gets the other cards and the operator a log line
            fault_id = new_fault_id()
            _log.error("fault %s in %s at %s", fault_id, draw.__qualname__, view.address.href, exc_info=error)
            view.faults.append(fault_id)
            return _failed_card(view, fault_id)

    return drawn


def _failed_card(view: View, fault_id: str) -> html.Section:
    words = view.words
    said = html.Div([html.Strong(words("error.card_title")), html.P(words("error.card_body", id=fault_id))])
    mark = html.Span(className="glyph g-ring", **attributes(aria_hidden="true"))
    again = html.A(words("error.retry"), href=view.here(), className="button")
    return html.Section(html.Div([mark, said, again], className="state", role="alert"), className="card")
