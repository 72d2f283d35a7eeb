"""What is taken away as a file, or by a program, is written into the audit log: by whom, what, and how it was asked."""

from __future__ import annotations

from flask import request

from monitor.access.actors import Actor
from monitor.store.store import Store

from .api.faults import is_api

_LONGEST = 2000


def note_taken(store: Store, actor: Actor) -> None:
    """To be called before the file of the request under way is handed over. Waits for no writer, empties no cache.

    The further pages of a list of the API are the first one's: nobody but this server makes a cursor (api/paging.py),
    and files have none. HEAD takes nothing. What cannot be noted is not handed over: raises StoreError.
    """
    if request.method == "HEAD" or (is_api(request.path) and "cursor" in request.args):
        return
    question = "&".join(f"{name}={text}" for name, text in request.args.items(multi=True))
    detail = {"question": question[:_LONGEST]} if question else None
    store.note("exported", by=actor.name, object=request.path, detail=detail)
