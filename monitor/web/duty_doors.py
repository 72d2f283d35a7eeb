"""What the pages around the plan post to, and the papers that lie with them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import wraps
from typing import Any
from urllib.parse import quote

from flask import Flask, request
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response as AnyResponse

from monitor.access.actors import Actor
from monitor.documents.press import Press
from monitor.dossier.acts import PAPER_BYTES, Kind, NewPaper, read_paper
from monitor.dossier.errors import DossierError
from monitor.intake.cycle import Cycle
from monitor.mail.collect import Postman
from monitor.report.desk import Desk, QuestionError
from monitor.store.errors import StoreError
from monitor.store.space import LowSpaceError

from .actions import Route, see
from .budget_doors import reads_budget_paper, serve_budget
from .document_doors import serve_documents
from .downloads import attachment
from .gatekeeper import refused
from .identity import Person
from .notices import Notice, NoticeBoard
from .pooled import Shelf
from .pooling_doors import serve_pooling
from .rounds_doors import may_read_round_papers, serve_rounds
from .supervision_doors import reads_paper, serve_supervision
from .taking import note_taken
from .tasks_doors import may_read_task_papers, serve_tasks
from .uploads import machine_fault

PREFIX = "/do/duty/"
_AROUND_BYTES = 1_000_000
_PAPERS_AT_ONCE = 5
_PAPERS_BYTES = 60_000_000  # together: they are in memory at once, and so are those of another who sends meanwhile
_STATUS = {"forbidden": 403, "unknown": 404}
_TEXT_CHARACTERS = 5_000


@dataclass(frozen=True)
class DutyDoors:
    """What each route around the plan needs; `clock`: UTC without zone."""

    desk: Desk
    cycle: Cycle
    notices: NoticeBoard
    asking: Callable[[], Person]
    clock: Callable[[], datetime]
    shelf: Shelf = field(default_factory=Shelf)
    postman: Postman | None = None
    press: Press = field(default_factory=Press)

    @property
    def actor(self) -> Actor:
        return self.asking().actor

    def done(self, path: str, zh: str, en: str) -> AnyResponse:
        return see(path, self.notices.put(self.actor.name, Notice("done", zh, en)))

    def fault(self, path: str, zh: str, en: str) -> AnyResponse:
        """What was typed stands in the notice, so that the page can show it again."""
        typed = tuple((name, text) for name, text in request.form.items(multi=True) if text.strip())
        return see(path, self.notices.put(self.actor.name, Notice("fault", zh, en, typed=typed)))

    def papers(self, field: str = "papers") -> list[NewPaper]:
        """The files of the form under way. Raises DossierError for too many."""
        sent = [one for one in request.files.getlist(field) if one.filename]
        if len(sent) > _PAPERS_AT_ONCE:
            raise DossierError(
                "field",
                f"一次最多附 {_PAPERS_AT_ONCE} 份材料",
                f"at most {_PAPERS_AT_ONCE} papers at once",
            )
        return [NewPaper(one.filename or "", one.stream.read(PAPER_BYTES + 1)) for one in sent]

    def guarded(self, back: str, *, longest: int = _TEXT_CHARACTERS) -> Callable[[Route], Route]:
        """A service's refusal as an answer: 403 and 404 as they are, everything else as a notice on `back`.

        `back` is a path with the names of the route's values in braces; `longest`: characters of one text.
        """

        def wrap(route: Route) -> Route:
            @wraps(route)
            def answered(**values: Any) -> AnyResponse:
                place = back.format(**{name: quote(str(value), safe=":") for name, value in values.items()})
                try:
                    self.cycle.space.need()
                    if any(len(text) > longest for text in request.form.values()):
                        return self.fault(
                            place,
                            f"文字过长，未予处理：一处最多 {longest} 字。",
                            f"Nothing was done, a text is too long: at most {longest} characters in one place.",
                        )
                    return route(**values)
                except DossierError as error:
                    status = _STATUS.get(error.code)
                    if status is not None:
                        return refused(status, error.zh, error.en)
                    return self.fault(place, error.zh, error.en)
                except (QuestionError, LowSpaceError) as error:
                    return self.fault(place, error.zh, error.en)
                except RequestEntityTooLarge:
                    # the form cannot be read again for what was typed
                    return see(place, self.notices.put(self.actor.name, _TOO_LARGE))
                except (StoreError, OSError) as error:
                    return see(place, self.notices.put(self.actor.name, machine_fault(error)))

            return answered

        return wrap


# who may see the papers of a dossier of a kind: asked with the actor, the dossier's name and the act's number
PAPER_READERS: dict[Kind, Callable[[DutyDoors, Actor, str, int], bool]] = {
    "budget": reads_budget_paper,
    "round": may_read_round_papers,
    "task": may_read_task_papers,
    "supervision": reads_paper,
}


def serve_duties(server: Flask, doors: DutyDoors) -> None:
    """Hang the routes on the server."""

    @server.before_request
    def _limits_of_papers() -> None:
        if request.path.startswith(PREFIX):
            request.max_content_length = _PAPERS_BYTES + _AROUND_BYTES
            request.max_form_memory_size = 2 * _AROUND_BYTES  # nine bytes for each character of a long report

    @server.get("/paper/<int:seq>/<int:number>")
    def _paper(seq: int, number: int) -> AnyResponse:
        """A paper is never shown by the browser, only saved: nobody knows what is in it."""
        try:
            kind, dossier, paper, content = read_paper(doors.desk.store, seq, number)
        except DossierError as error:
            return refused(404, error.zh, error.en)
        may_read = PAPER_READERS.get(kind)
        if may_read is None or not may_read(doors, doors.actor, dossier, seq):
            return refused(404, "没有这份材料", "there is no such paper")
        note_taken(doors.desk.store, doors.actor)
        return attachment(content, paper.name, "application/octet-stream")

    serve_budget(server, doors)
    serve_pooling(server, doors)
    serve_rounds(server, doors)
    serve_supervision(server, doors)
    serve_tasks(server, doors)
    serve_documents(server, doors)


_TOO_LARGE = Notice(
    "fault",
    f"材料过大，未予处理：一份最多 {PAPER_BYTES // 1_000_000} MB，一次最多 {_PAPERS_AT_ONCE} 份、"
    f"共 {_PAPERS_BYTES // 1_000_000} MB。",
    f"Nothing was done, the papers are too large: at most {PAPER_BYTES // 1_000_000} MB each,"
    f" {_PAPERS_AT_ONCE} at once and {_PAPERS_BYTES // 1_000_000} MB together.",
)
