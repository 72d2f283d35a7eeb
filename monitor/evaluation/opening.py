"""Opening a round: one transaction that names the moment and keeps what was known then."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import cast

from monitor.access.actors import Actor
from monitor.catalogue.periods import parse_period
from monitor.dossier.acts import writing
from monitor.dossier.errors import DossierError, forbidden
from monitor.report.desk import Desk, QuestionError
from monitor.store.migrations import SQL as STORE_SQL
from monitor.store.snapshots import SnapshotError, freeze_within

from .conclusions import ROUND_KINDS, ROUND_NAMES, RoundKind
from .frozen import fingerprint, refuse_evidence, scorecard_at
from .rounds import KIND, Round, read_round, read_rounds
from .work import taken_text


def open_round(
    desk: Desk,
    actor: Actor,
    *,
    kind: str,
    title: str,
    period: str,
    plan: str | None = None,
    region: str | None = None,
    deadline: date | None = None,
    as_of: datetime | None = None,
) -> Round:
    """Freeze a scorecard under the title and open a round on it.

    `plan`: None for the first one loaded; `region`: None for the plan's own; `as_of`: UTC without zone, None for all
    that is known now. Raises DossierError (forbidden, field, state), StoreError.
    """
    if not actor.may("evaluate"):
        raise forbidden()
    name = taken_text(title, "名称", "title", needed=True)
    chosen = _kind(kind)
    moment = as_of or _newest(desk)
    try:
        catalogue = desk.configuration(moment).plan(plan)
        asked = parse_period(period)
        refuse_evidence(catalogue.plan, asked)
        code = asked.code
        place = region or catalogue.plan.region
        card = scorecard_at(desk, catalogue.plan.id, place, code, moment)
    except QuestionError as error:
        raise DossierError("field", error.zh, error.en) from None
    except ValueError:
        raise DossierError(
            "field",
            f"“{period}”不是报告期；请写成 2025、2025-H1、2025-Q2 或 2025-06",
            f"'{period}' is no period: write 2025, 2025-H1, 2025-Q2 or 2025-06",
        ) from None
    rows = card.frame
    if rows.empty:
        raise DossierError(
            "field",
            f"规划“{catalogue.plan.id}”在 {place}、{code} 没有可评估的指标；请换地区或时期",
            f"plan {catalogue.plan.id} has nothing to evaluate in {place} for {code}: choose another region or period",
        )
    owners = {one.id: one.owner.zh if one.owner is not None else "" for one in catalogue.indicators}
    columns = zip(rows["indicator_id"], rows["indicator_name"], rows["class"], rows["reason"], strict=True)
    body: dict[str, object] = {
        "kind": chosen, "title": name, "plan": catalogue.plan.id, "region": place, "period": code,
        "deadline": deadline.isoformat() if deadline is not None else None, "snapshot": name,
        "as_of": moment.isoformat(), "catalogue_version": card.catalogue_version, "settings": card.settings.to_json(),
        "method": str(rows["software_version"].iloc[0]), "sha256": fingerprint(rows),
        "subjects": [
            {"indicator": one, "name": called, "unit": owners[one], "computed": class_, "reason": reason}
            for one, called, class_, reason in columns
        ],
    }  # fmt: skip
    return _record(desk, actor, _stem(chosen, code, place, catalogue.plan.region), moment, body)


def _record(desk: Desk, actor: Actor, stem: str, moment: datetime, body: Mapping[str, object]) -> Round:
    """Snapshot and first act in one transaction, under the first name of `stem`, `stem-2`, … that is free."""
    taken = {one.id for one in read_rounds(desk.store)}
    name = next(one for number in range(1, len(taken) + 2) if (one := _numbered(stem, number)) not in taken)
    try:
        with writing(desk.store, KIND, name, by=actor.name) as dossier:
            if dossier.acts:
                raise DossierError(
                    "changed",
                    "另一人刚刚开了同样的一轮；请先查看",
                    "somebody has just opened the same round: look first",
                )
            note = ROUND_NAMES[cast(RoundKind, body["kind"])][0]
            freeze_within(dossier.transaction, str(body["snapshot"]), by=actor.name, note=f"{note} {name}", at=moment)
            dossier.add("opened", body)
    except SnapshotError as error:
        raise DossierError("field", error.zh, error.en) from None
    return read_round(desk.store, name)


def _newest(desk: Desk) -> datetime:
    """The moment of the newest event: all that is known now was known then, and no later event can be as early."""
    moment = desk.store.ask(STORE_SQL / "last_event.sql")[0][1]
    if not isinstance(moment, datetime):
        raise DossierError(
            "state", "数据库还没有任何数据；请先报送数据", "the store knows nothing yet: send figures first"
        )
    return moment


def _kind(text: str) -> RoundKind:
    for kind in ROUND_KINDS:
        if text in (kind, ROUND_NAMES[kind][0]):
            return kind
    known = "、".join(f"{kind}（{ROUND_NAMES[kind][0]}）" for kind in ROUND_KINDS)
    raise DossierError(
        "field",
        f"没有“{text}”这种评估；可选：{known}",
        f"there is no kind of round '{text}': choose {', '.join(ROUND_KINDS)}",
    )


def _stem(kind: RoundKind, period: str, region: str, own: str) -> str:
    return f"{period}-{kind}" + ("" if region == own else f"-{region}")


def _numbered(stem: str, number: int) -> str:
    return stem if number == 1 else f"{stem}-{number}"
