"""`monitor user token`: who may use the HTTP API."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from monitor.access.rights import ROLES
from monitor.commands.common import describe, load_plans, open_store, user_name
from monitor.commands.errors import WrongUse
from monitor.commands.tables import format_option, print_rows
from monitor.language import say

if TYPE_CHECKING:
    from monitor.store.tokens import Token

_LONGEST_DAYS = 365
_COLUMNS = ("token_id", "name", "role", "regions", "created_at", "created_by", "expires_at", "revoked_at")


@click.group(
    short_help=say("接口令牌", "Tokens of the HTTP API"),
    help=describe(
        "管理 HTTP 接口的令牌。",
        "Manages the tokens of the HTTP API.",
        "monitor user token list",
    ),
)
def user() -> None:
    """Its commands follow."""


@user.group(
    help=describe(
        "HTTP 接口的令牌：生成、列出、撤销。令牌只显示一次，数据库只存其哈希值。",
        "Tokens of the HTTP API: makes, lists and revokes them. A token is shown once; the store keeps its hash.",
        "monitor user token add --name 江苏填报 --role reporter --region 320000",
        "monitor user token list",
        "monitor user token revoke 3",
    ),
)
def token() -> None:
    """Its commands follow."""


@token.command(
    help=describe(
        "生成一个令牌；其名称记为报送人或审核人。令牌只在此显示一次，请妥善保存。",
        "Makes a token; its name is written down as who sent or reviewed. It is shown here once and never again.",
        "monitor user token add --name 江苏填报 --role reporter --region 320000 --days 90",
        "monitor user token add --name 规财司审核 --role reviewer",
    ),
)
@click.option("--name", required=True, help=say("谁的令牌。", "Whose token it is."))
@click.option("--role", required=True, type=click.Choice(ROLES), help=say("可以做什么。", "What it may do."))
@click.option(
    "--region",
    "regions",
    metavar="CODE",
    multiple=True,
    help=say("限于这些地区；填报人必填。", "Only these regions; a reporter needs one."),
)
@click.option(
    "--days",
    type=click.IntRange(1, _LONGEST_DAYS),
    default=_LONGEST_DAYS,
    show_default=True,
    help=say("有效天数。", "How many days it is good for."),
)
@click.option("--by", help=say("由谁生成；默认系统用户名。", "Who makes it; default: the system's user."))
def add(name: str, role: str, regions: tuple[str, ...], days: int, by: str | None) -> None:
    from monitor.settings import load_settings
    from monitor.store.tokens import make_token

    settings = load_settings()
    known = load_plans(settings).regions
    for code in regions:
        if code not in known:
            raise WrongUse(f"--region：没有地区“{code}”", f"--region: there is no region '{code}'")
    with open_store(settings, must_exist=False) as store:
        made, text = make_token(store, name=name, role=role, regions=regions or None, by=by or user_name(), days=days)
    until = f"{made.expires_at:%Y-%m-%d %H:%M} UTC"
    click.echo(
        say(
            f"令牌 {made.token_id}，有效至 {until}；只显示这一次：",
            f"token {made.token_id}, good until {until}; shown this once:",
        ),
        err=True,
    )
    click.echo(text)


@token.command(
    "list",
    help=describe(
        "列出全部令牌，不含令牌本身。",
        "Lists all tokens, without the tokens themselves.",
        "monitor user token list --format table",
    ),
)
@format_option
def list_(format_: str | None) -> None:
    from monitor.settings import load_settings
    from monitor.store.tokens import list_tokens

    with open_store(load_settings(), must_exist=True) as store:
        found = list_tokens(store)
    print_rows([_row(one) for one in found], _COLUMNS, format_)


@token.command(
    help=describe(
        "立即撤销一个令牌。服务运行时请用接口 POST /api/v1/tokens/ID/revoke（角色 operator）。",
        "Revokes a token at once. While the server runs, ask it: POST /api/v1/tokens/ID/revoke (role operator).",
        "monitor user token revoke 3",
    ),
)
@click.argument("id_", metavar="ID", type=click.IntRange(1, 2**63 - 1))
@click.option("--by", help=say("由谁撤销；默认系统用户名。", "Who revokes it; default: the system's user."))
def revoke(id_: int, by: str | None) -> None:
    from monitor.settings import load_settings
    from monitor.store.tokens import revoke_token

    with open_store(load_settings(), must_exist=True) as store:
        ended = revoke_token(store, id_, by=by or user_name())
    click.echo(say(f"令牌 {ended.token_id}（{ended.name}）已撤销", f"token {ended.token_id} ({ended.name}) is revoked"))


def _row(one: Token) -> dict[str, object]:
    moments = {name: getattr(one, name) for name in ("created_at", "expires_at", "revoked_at")}
    printed = {name: "" if at is None else f"{at:%Y-%m-%dT%H:%M:%SZ}" for name, at in moments.items()}
    regions = "" if one.regions is None else " ".join(sorted(one.regions))
    plain = {"token_id": one.token_id, "name": one.name, "role": one.role, "created_by": one.created_by}
    return {**plain, "regions": regions, **printed}
