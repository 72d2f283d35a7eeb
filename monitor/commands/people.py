"""`monitor people`: who signed forms, and how it is erased on request."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from monitor.commands.common import acting, cycle_of, describe, load_plans, open_store
from monitor.commands.errors import Refused, WrongUse
from monitor.commands.tables import format_option, print_rows
from monitor.language import say

if TYPE_CHECKING:
    from monitor.intake.people import KeptPeople

_COLUMNS = (
    "receipt_id", "received_at", "received_by", "file_name", "regions", "periods",
    "head", "officer", "prepared", "phone", "date",
)  # fmt: skip


@click.group(
    short_help=say("表上的姓名和电话", "Names and phones on forms"),
    help=describe(
        "报表末尾的负责人、填表人、电话和日期：列出，或应本人要求清除。",
        "Who signed forms, with phone and date: lists them, and erases them on request.",
        "monitor people list --text 张三",
        'monitor people erase --receipt 17 --by 王计划 --reason "本人书面要求"',
    ),
)
def people() -> None:
    """Its commands follow."""


by_option = click.option("--by", help=say("由谁操作；默认系统用户名。", "Who does it; default: the system's user."))


@people.command(
    "list",
    help=describe(
        "列出留有姓名或电话的回执，新的在前。",
        "Lists the receipts beside which people are kept, newest first.",
        "monitor people list --text 张三 --format table",
    ),
)
@click.option("--text", metavar="TEXT", help=say("只列出含有这段文字的。", "Only where this text stands."))
@by_option
@format_option
def list_(text: str | None, by: str | None, format_: str | None) -> None:
    from monitor.intake.people import list_people
    from monitor.intake.submission_errors import SubmissionError
    from monitor.settings import load_settings

    settings = load_settings()
    plans = load_plans(settings)
    with open_store(settings, must_exist=True) as store:
        actor = acting(store, plans.catalogues, by)
        try:
            found = list_people(store, actor)
        except SubmissionError as error:
            raise Refused(error.zh, error.en) from None
        rows = [_row(one) for one in found if not text or any(text in said for said in one.people.filled.values())]
        # not what was looked for: it may be a name
        store.note("exported", by=actor.name, object="people", detail={"receipts": [row["receipt_id"] for row in rows]})
    print_rows(rows, _COLUMNS, format_)


@people.command(
    help=describe(
        "清除一份回执上的姓名、电话和日期：既从数据库，也从保存的文件中。审计记录注明清除，不含姓名。重复执行无害。",
        "Erases the names, phone and date of a receipt, from the store and from the kept file. The audit log notes it"
        " without names. Harmless when done already.",
        'monitor people erase --receipt 17 --by 王计划 --reason "本人书面要求"',
    ),
)
@click.option(
    "--receipt",
    "receipt_id",
    required=True,
    metavar="N",
    type=click.IntRange(1, 2**63 - 1),
    help=say("回执号。", "The number of the receipt."),
)
@click.option("--reason", metavar="TEXT", help=say("原因；勿写姓名。", "Why; give no name."))
@by_option
def erase(receipt_id: int, reason: str | None, by: str | None) -> None:
    from monitor.intake.submission_errors import SubmissionError
    from monitor.settings import load_settings

    settings = load_settings()
    plans = load_plans(settings)
    with open_store(settings, must_exist=True) as store:
        cycle = cycle_of(store, plans.catalogues, plans.regions, settings)
        try:
            erased = cycle.erase_people(acting(store, plans.catalogues, by), receipt_id, reason)
        except SubmissionError as error:
            kind = WrongUse if error.code in ("unknown_receipt", "reason_names") else Refused
            raise kind(error.zh, error.en) from None
    done = (f"回执 {receipt_id}：已清除", f"receipt {receipt_id}: erased")
    nothing = (f"回执 {receipt_id}：没有要清除的个人信息", f"receipt {receipt_id}: there is nothing to erase")
    click.echo(say(*(done if erased else nothing)))


def _row(one: KeptPeople) -> dict[str, object]:
    return {
        "receipt_id": one.receipt_id,
        "received_at": f"{one.received_at:%Y-%m-%dT%H:%M:%SZ}",
        "received_by": one.received_by,
        "file_name": one.file_name,
        "regions": one.regions or "",
        "periods": one.periods or "",
        **dict.fromkeys(_COLUMNS[6:], ""),
        **one.people.filled,
    }
