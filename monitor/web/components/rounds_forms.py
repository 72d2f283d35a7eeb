"""The forms of rounds; what was typed and refused stands in them again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from urllib.parse import quote

from monitor.catalogue.loader import Catalogue
from monitor.catalogue.regions import Regions
from monitor.evaluation.conclusions import ANSWERS, CONCLUSIONS, OUTLOOKS, ROUND_KINDS, agreeing
from monitor.evaluation.rounds import Comment, Conclusion, Round, Subject

from ..view import View
from .duty_parts import papers_field
from .form_elements import button, element, form, hidden_field, input_, label, option, select, textarea
from .html import Element
from .parted import units_offered
from .rounds_parts import answer_name, conclusion_name, kind_name, outlook_name

PLACE = "/do/duty/rounds"
MULTIPART = "multipart/form-data"


def place_of(told: Round, *parts: str) -> str:
    return "/".join([PLACE, *(quote(part, safe="") for part in (told.id, *parts))])


def open_form(
    view: View, plans: Sequence[Catalogue], regions: Regions, today: date, typed: Mapping[str, str]
) -> Element:
    words = view.words
    kinds = [option(one, kind_name(words, one), chosen=one == typed.get("kind", "final")) for one in ROUND_KINDS]
    offered = [
        option(one.plan.id, words.text(one.plan.title), chosen=one.plan.id == typed.get("plan")) for one in plans
    ]
    root = plans[0].plan.region
    places = [option("", words("rounds.plans_region"), chosen=not typed.get("region"))]
    places += [
        option(one.code, words.region_short(one), chosen=one.code == typed.get("region"))
        for one in units_offered(
            regions, root, [one for one in regions.descendants(root) if one.reporting], typed.get("region")
        )
    ]
    last = min(plans[0].plan.period.end, today.year - 1)
    fields = [
        _field(words("rounds.kind"), "round-kind", select("kind", kinds, id="round-kind")),
        _text(words("rounds.title"), "title", typed, maxlength=40, required=True),
        _field(words("rounds.plan"), "round-plan", select("plan", offered, id="round-plan")),
        _field(words("rounds.region"), "round-region", select("region", places, id="round-region")),
        _text(words("rounds.period"), "period", {"period": str(last), **typed}, size=8, required=True),
        _field(
            words("rounds.deadline_field"), "round-deadline",
            input_("date", "deadline", typed.get("deadline"), id="round-deadline"),
        ),
        _text(words("rounds.as_of_field"), "as_of", typed, maxlength=40),
        _send(words("rounds.open"), "open-round"),
    ]  # fmt: skip
    return form(fields, PLACE, class_="fields", id="round-form")


def assess_form(view: View, told: Round, one: Subject, typed: Mapping[str, str]) -> Element:
    words, newest = view.words, one.assessment
    kept: dict[str, str] = {}
    if newest is not None:
        texts = ("completion", "outlook", "outlook_text", "problems", "adjust_reason", "measures")
        kept = {name: str(getattr(newest, name)) for name in texts} | {"adjust": "yes" if newest.adjust else "no"}
    kept |= typed
    outlooks = [option("", words("rounds.choose"), chosen=not kept.get("outlook"))]
    outlooks += [option(name, outlook_name(words, name), chosen=name == kept.get("outlook")) for name in OUTLOOKS]
    adjusts = [
        option(name, words(f"rounds.adjust_{name}"), chosen=name == kept.get("adjust", "no")) for name in ("no", "yes")
    ]
    fields = [
        _area(words("rounds.completion"), "completion", kept, required=True),
        _field(
            words("rounds.outlook"), "round-outlook", select("outlook", outlooks, id="round-outlook", required=True)
        ),
        _area(words("rounds.outlook_text"), "outlook_text", kept),
        _area(words("rounds.problems"), "problems", kept, required=True),
        _field(words("rounds.adjust"), "round-adjust", select("adjust", adjusts, id="round-adjust")),
        _area(words("rounds.adjust_reason"), "adjust_reason", kept),
        _area(words("rounds.measures"), "measures", kept, required=True),
        papers_field(view, "assess-papers"),
        _send(words("rounds.send_assessment"), "send-assessment"),
    ]
    return form(fields, place_of(told, one.indicator, "assess"), class_="fields", id="assess", enctype=MULTIPART)


def missing_form(view: View, told: Round, one: Subject) -> Element:
    words = view.words
    fields = [_text(words("rounds.missing_reason"), "missing", {}, required=True), _send(words("rounds.mark_missing"))]
    return form(fields, place_of(told, one.indicator, "missing"), class_="row-fields")


def propose_form(view: View, told: Round, one: Subject, typed: Mapping[str, str]) -> Element:
    """The conclusions that agree with the computed class come first."""
    words = view.words
    agree = agreeing(one.computed)
    order = [*agree, *(code for code in CONCLUSIONS if code not in agree)]
    chosen = typed.get("conclusion", "")
    offered = [option("", words("rounds.choose"), chosen=not chosen)]
    for code in order:
        said = conclusion_name(words, code)
        offered.append(
            option(code, words("rounds.agrees", name=said) if code in agree else said, chosen=code == chosen)
        )
    fields = [
        _field(
            words("rounds.conclusion"), "round-conclusion",
            select("conclusion", offered, id="round-conclusion", required=True),
        ),
        _area(words("rounds.reason_field"), "reason", typed),
        papers_field(view, "propose-papers"),
        _send(words("rounds.propose"), "send-conclusion"),
    ]  # fmt: skip
    return form(fields, place_of(told, one.indicator, "propose"), class_="fields", id="propose", enctype=MULTIPART)


def decide_form(view: View, told: Round, one: Subject, proposal: Conclusion) -> Element:
    words = view.words
    fields = [
        hidden_field("of", proposal.seq),
        _area(words("rounds.return_field"), "remark", {}),
        element(
            "p",
            [
                button(words("rounds.approve_one"), class_="button primary"),
                button(
                    words("rounds.return_one"), class_="button grave",
                    formaction=place_of(told, one.indicator, "return"),
                ),
            ],
            class_="buttons",
        ),
    ]  # fmt: skip
    return form(fields, place_of(told, one.indicator, "approve"), class_="fields decide", id="decide")


def comment_form(view: View, told: Round, indicator: str | None) -> Element:
    words = view.words
    fields = [
        hidden_field("indicator", indicator or ""),
        _area(words("rounds.comment_field"), "comment", {}, required=True),
        papers_field(view, "comment-papers"),
        _send(words("rounds.comment")),
    ]
    return form(fields, place_of(told, "comment"), class_="fields", enctype=MULTIPART)


def answer_form(view: View, told: Round, one: Comment) -> Element:
    words, identity = view.words, f"answer-{one.seq}"
    offered = [option(code, answer_name(words, code)) for code in ANSWERS]
    why = f"{identity}-why"
    fields = [
        hidden_field("of", one.seq),
        hidden_field("indicator", one.indicator or ""),
        _field(words("rounds.answer"), identity, select("answer", offered, id=identity)),
        _field(words("rounds.answer_reason"), why, textarea("answer_reason", one.answer_reason, id=why)),
        _send(words("rounds.send_answer")),
    ]
    made = form(fields, place_of(told, "answer"), class_="fields decide")
    return made if one.answer is None else element("details", [element("summary", words("rounds.answer_again")), made])


def together_forms(view: View, told: Round, rest: int, waiting: int) -> list[Any]:
    """What may be done for many conclusions at once. `rest`: without a proposal; `waiting`: for this person."""
    words, found = view.words, []
    if rest:
        found.append(form(_send(words("rounds.propose_rest", n=rest)), place_of(told, "propose")))
    if waiting:
        fields = [hidden_field("built_on", told.seq), _send(words("rounds.approve_waiting", n=waiting))]
        found.append(form(fields, place_of(told, "approve")))
    return found


def end_forms(view: View, told: Round) -> list[Any]:
    """To sign the round, and to withdraw one that was opened in error."""
    words = view.words
    sign = form(
        [
            hidden_field("built_on", told.seq),
            element(
                "p", button(words("rounds.approve"), class_="button primary", id="approve-round"), class_="buttons"
            ),
        ],
        place_of(told, "sign"),
    )
    withdraw = form(
        [_area(words("rounds.withdraw_reason"), "withdraw", {}, required=True), _send(words("rounds.withdraw"))],
        place_of(told, "withdraw"),
        class_="fields",
    )
    return [sign, element("details", [element("summary", words("rounds.withdraw_more")), withdraw])]


def _field(said: str, identity: str, control: Any) -> Element:
    return element("p", [label(said, identity), " ", control], class_="field")


def _text(said: str, name: str, typed: Mapping[str, str], **names: Any) -> Element:
    identity = f"round-{name.replace('_', '-')}"
    return _field(said, identity, input_("text", name, typed.get(name), id=identity, **names))


def _area(said: str, name: str, typed: Mapping[str, str], **names: Any) -> Element:
    identity = f"round-{name.replace('_', '-')}"
    return _field(said, identity, textarea(name, typed.get(name, ""), id=identity, rows=3, **names))


def _send(said: str, identity: str | None = None) -> Element:
    return element("p", button(said, class_="button primary", id=identity), class_="buttons")
