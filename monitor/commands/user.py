"""`monitor user`: the accounts of people, and `monitor user token`: who may use the HTTP API."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from monitor.commands.accounts import COMMANDS, by_option, joined, role_option, scope_of, scope_options, told
from monitor.commands.common import acting, describe, load_plans, open_store
from monitor.commands.tables import format_option, print_rows
from monitor.language import say

if TYPE_CHECKING:
    from monitor.access.actors import Actor
    from monitor.access.tokens import Tokens
    from monitor.store.tokens import Token

_LONGEST_DAYS = 365
_COLUMNS = (
    "token_id", "name", "role", "regions", "indicators", "departments", "created_at", "created_by", "expires_at",
    "revoked_at", "last_used_on",
)  # fmt: skip


@click.group(
    short_help=say("账户与接口令牌", "Accounts, and tokens of the HTTP API"),
    help=describe(
        "管理账户和 HTTP 接口的令牌；网页“账户”“令牌”（角色 operator）也可以。服务运行时同样可用，立即生效。",
        "Manages accounts and the tokens of the HTTP API, as the pages /accounts and /tokens (role operator) do; also"
        " while the server runs, where it counts at once.",
        "monitor user add --login zhangsan --name 张三 --role reporter --region 320000",
        "monitor user list",
        "monitor user token list",
    ),
)
def user() -> None:
    """Its commands follow."""


for _command in COMMANDS:
    user.add_command(_command)


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
@role_option
@scope_options
@click.option(
    "--days",
    type=click.IntRange(1, _LONGEST_DAYS),
    default=_LONGEST_DAYS,
    show_default=True,
    help=say("有效天数。", "How many days it is good for."),
)
@by_option
def add(
    name: str,
    role: Any,
    regions: tuple[str, ...],
    indicators: tuple[str, ...],
    departments: tuple[str, ...],
    days: int,
    by: str | None,
) -> None:
    scope = scope_of(regions, indicators, departments)
    with _tokens(by, must_exist=False) as (tokens, actor):
        made, text = tokens.make(actor, name=name, role=role, scope=scope, days=days)
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
    with _tokens(None) as (tokens, actor):
        found, used = tokens.list(actor), tokens.last_used()
    print_rows([_row(one, used) for one in found], _COLUMNS, format_)


@token.command(
    help=describe(
        "立即撤销一个令牌。",
        "Revokes a token at once.",
        "monitor user token revoke 3",
    ),
)
@click.argument("id_", metavar="ID", type=click.IntRange(1, 2**63 - 1))
@by_option
def revoke(id_: int, by: str | None) -> None:
    with _tokens(by) as (tokens, actor):
        ended = tokens.revoke(actor, id_)
    click.echo(say(f"令牌 {ended.token_id}（{ended.name}）已撤销", f"token {ended.token_id} ({ended.name}) is revoked"))


@contextmanager
def _tokens(by: str | None, *, must_exist: bool = True) -> Iterator[tuple[Tokens, Actor]]:
    """The tokens of the store of the settings, and who acts. Raises WrongUse, Refused, TokenError."""
    from monitor.access.accounts import AccountError
    from monitor.access.tokens import Tokens
    from monitor.settings import load_settings

    settings = load_settings()
    plans = load_plans(settings)
    with open_store(settings, must_exist=must_exist) as store:
        try:
            yield Tokens(store, lambda: plans.catalogues, lambda: plans.regions), acting(store, plans.catalogues, by)
        except AccountError as error:
            raise told(error) from None


def _row(one: Token, used: Mapping[str, datetime]) -> dict[str, object]:
    from monitor.access.tokens import object_of

    moments = {name: getattr(one, name) for name in ("created_at", "expires_at", "revoked_at")}
    printed = {name: "" if at is None else f"{at:%Y-%m-%dT%H:%M:%SZ}" for name, at in moments.items()}
    scope = {kind: joined(getattr(one, kind)) for kind in ("regions", "indicators", "departments")}
    plain = {"token_id": one.token_id, "name": one.name, "role": one.role, "created_by": one.created_by}
    last = used.get(object_of(one))
    return {**plain, **scope, **printed, "last_used_on": "" if last is None else f"{last:%Y-%m-%d}"}
