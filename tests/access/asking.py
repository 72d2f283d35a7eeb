"""How each line of the table is asked, as pages of ours and programs ask, and what must hold of every answer."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Any

from werkzeug.test import TestResponse

from monitor.access.brakes import Brakes

from .table import Line
from .world import CALLBACKS, MISSING, PUBLIC, World, nothing_stays, without_number

_PAGES = ("/", "/<path:path>")
_LOGS = ("/audit", "/download/audit", "/table/audit")
# what a form of ours says; where it matters it is something that would be done
_FIELDS: dict[str, dict[str, str]] = {
    "return": {"reason": "x"}, "comment": {"remark:enrolment_rate": "x"}, "accept": {"explain": "x"},
    "explain": {"explain:1:x": "x"}, "submit": {"explain_all": "x", "reason": "x"}, "save": {"explain:1:x": "x"},
    "erase-people": {"reason": "x"}, "withdraw": {}, "discard": {}, "chase": {"form": "quarterly"},
}  # fmt: skip
_BODIES: dict[str, dict[str, Any]] = {
    "return": {"reason": "x"}, "comment": {"remarks": {"enrolment_rate": "x"}}, "accept": {"explain": "x"},
    "withdraw": {}, "explain": {"answers": [{"rule": "x", "text": "x"}]}, "tokens": {"nope": 1},
}  # fmt: skip


def ask(world: World, line: Line, who: str, *, missing: bool = False) -> TestResponse:
    """The answer to the question of a line; `missing`: for a number of nothing instead of the line's own."""
    if line.is_callback:
        return world.ask(who, "POST", CALLBACKS, json=question_of(world, line.address))
    path = line.path(world, missing=missing)
    verb = path.split("?")[0].rsplit("/", 1)[-1]
    if line.is_program:
        given: dict[str, Any] = {"json": _BODIES.get(verb, {})} if line.door == "POST" and verb in _BODIES else {}
        return world.call(who, line.door, path, **given)
    world.app.access.brakes = Brakes()  # whatever failed before
    answer = world.ask(who, line.door, path, **({"data": _FIELDS.get(verb, {})} if line.door == "POST" else {}))
    if line.address == "/login/out":
        world.forget(who)
    return answer


def callbacks(world: World) -> dict[str, dict[str, Any]]:
    """What the app says of its callbacks, by output, or by the name of the function in the browser."""
    told: list[dict[str, Any]] = world.ask("planner", "GET", "/_dash-dependencies").get_json()
    found = {}
    for one in told:
        local = one["clientside_function"]
        found[f"{local['namespace']}.{local['function_name']}" if local else one["output"]] = one
    return found


def question_of(world: World, name: str) -> dict[str, Any]:
    """What a page of ours posts for that callback."""
    one = callbacks(world)[name]
    inputs = [{**place, "value": "/" if place["property"] == "pathname" else ""} for place in one["inputs"]]
    identity, _, kind = one["output"].rpartition(".")
    changed = [f"{inputs[0]['id']}.{inputs[0]['property']}"]
    outputs = {"id": identity, "property": kind}
    return {"output": one["output"], "outputs": outputs, "inputs": inputs, "changedPropIds": changed, "state": []}


def route_of(world: World, line: Line) -> tuple[str, str]:
    """Method and rule of the door that a line's address leads to."""
    if line.is_callback:
        return "POST", CALLBACKS
    path = line.path(world, missing=True).split("?")[0]
    rule, _ = world.app.server.url_map.bind("").match(path, line.door, return_rule=True)
    return line.door, rule.rule


def is_a_page(world: World, line: Line) -> bool:
    return not line.is_callback and route_of(world, line)[1] in _PAGES


def wrong_answers(world: World, asked: Iterable[Line], people: Collection[str] | None = None) -> list[str]:
    """Everything that is not as the table says, or shows what it must not, one text each; `people`: None for all."""
    found = []
    with nothing_stays(world.store):
        for line in asked:
            for who in line.statuses if people is None else people:
                place = f"{line.door} {line.address} {line.thing} {who}"
                found += [f"{place}: {one}" for one in _wrong(world, line, who)]
    return found


def refused_and_one_more(line: Line, turn: int) -> tuple[str, ...]:
    """Everybody who is refused, and of those who are let in the one whose turn it is: what few questions can tell."""
    refused = [who for who, status in line.statuses.items() if status in (401, 403, 404)]
    let_in = [who for who in line.statuses if who not in refused]
    return (*refused, *([let_in[turn % len(let_in)]] if let_in else ()))


def _wrong(world: World, line: Line, who: str) -> Iterator[str]:
    status, is_page = line.statuses[who], is_a_page(world, line)
    answers = [ask(world, line, who)]
    if answers[0].status_code != status:
        yield f"{answers[0].status_code} instead of {status}"
    if is_page and who != "nobody":
        answers.append(world.page(who, line.path(world)))
        if answers[1].status_code != 200:
            yield f"the callback answers {answers[1].status_code}"
    for answer in answers:
        is_log = status == 200 and line.address.startswith(_LOGS)
        if shown := world.seen(answer, is_log=is_log) & world.hidden_from(who):
            yield f"shows what is hidden of {sorted(shown)}"
        if is_page and status == 200 and line.thing is not None and line.thing not in world.seen(answer):
            yield "does not show what it is to show"
    if line.thing not in (None, "missing") and status in (403, 404):
        yield from _told_apart(world, line, who, answers)


def _told_apart(world: World, line: Line, who: str, answers: list[TestResponse]) -> Iterator[str]:
    """What is not somebody's is answered as what is not there, word for word but for the number asked for."""
    thing = world.things[str(line.thing)]
    if thing.state in PUBLIC or who in thing.who:
        return  # they know that it is there
    others = [ask(world, line, who, missing=True)]
    if len(answers) > 1:
        others.append(world.page(who, line.path(world, missing=True)))
    numbers = [one for one in (thing.receipt, thing.submission, MISSING) if one is not None]
    for answer, other in zip(answers, others, strict=True):
        said, same = without_number(answer, *numbers), without_number(other, *numbers)
        if answer.status_code != other.status_code or said != same:
            yield "is told apart from what is not there"
