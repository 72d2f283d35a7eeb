"""`monitor user add|list|change|disable|enable|password`: the accounts, also while the server runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import click

from monitor.access.rights import ROLES
from monitor.commands.common import acting, describe, load_plans, open_store
from monitor.commands.errors import Refused, WrongUse
from monitor.commands.tables import format_option, print_rows
from monitor.language import say

if TYPE_CHECKING:
    from monitor.access.accounts import Account, AccountError, Scope
    from monitor.access.actors import Actor
    from monitor.access.signing import Access

_COLUMNS = (
    "login", "name", "role", "regions", "indicators", "departments", "disabled", "password", "changed_at", "changed_by",
)  # fmt: skip
_OPTIONS = {
    "bad_login": "--login", "login_taken": "--login", "bad_name": "--name", "region_missing": "--region",
    "unknown_region": "--region", "unknown_indicator": "--indicator", "unknown_department": "--department",
}  # fmt: skip
_Command = TypeVar("_Command", bound=Callable[..., Any])

role_option = click.option(
    "--role", required=True, type=click.Choice(ROLES), help=say("可以做什么。", "What it may do.")
)
by_option = click.option("--by", help=say("由谁操作；默认系统用户名。", "Who does it; default: the system's user."))
_login_argument = click.argument("login", metavar="LOGIN")


def scope_options(command: _Command) -> _Command:
    """--region, --indicator and --department, each as often as needed."""
    options = (
        click.option(
            "--region",
            "regions",
            metavar="CODE",
            multiple=True,
            help=say("限于这些地区；填报人必填。", "Only these regions; a reporter needs one."),
        ),
        click.option(
            "--indicator",
            "indicators",
            metavar="ID",
            multiple=True,
            help=say("审核人：限于这些指标。", "A reviewer's: only these indicators."),
        ),
        click.option(
            "--department",
            "departments",
            metavar="NAME",
            multiple=True,
            help=say(
                "审核人：限于这些责任单位的指标和任务（其中文名）。",
                "A reviewer's: only the indicators and tasks of these departments, by their Chinese names.",
            ),
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


def scope_of(regions: Sequence[str], indicators: Sequence[str], departments: Sequence[str]) -> Scope:
    """None given: all."""
    from monitor.access.accounts import Scope

    return Scope(*(frozenset(names) or None for names in (regions, indicators, departments)))


def told(error: AccountError) -> Refused | WrongUse:
    """With the option to be looked at, where there is one."""
    if error.code == "forbidden":
        return Refused(error.zh, error.en)
    option = _OPTIONS.get(error.code)
    return WrongUse(f"{option}：{error.zh}", f"{option}: {error.en}") if option else WrongUse(error.zh, error.en)


@contextmanager
def _access(by: str | None, *, must_exist: bool = True) -> Iterator[tuple[Access, Actor]]:
    """The accounts of the store of the settings, and who acts. Raises WrongUse, Refused."""
    from monitor.access.accounts import AccountError
    from monitor.access.signing import Access
    from monitor.settings import load_settings

    settings = load_settings()
    plans = load_plans(settings)
    with open_store(settings, must_exist=must_exist) as store:
        try:
            yield Access(store, lambda: plans.catalogues, lambda: plans.regions), acting(store, plans.catalogues, by)
        except AccountError as error:
            raise told(error) from None


def _find(access: Access, login: str) -> Account:
    found = access.account(login)
    if found is None:
        raise WrongUse(
            f"没有账户“{login}”；登录名见 monitor user list",
            f"there is no account '{login}': see `monitor user list`",
        )
    return found


def _show(account: Account, password: str) -> None:
    """The password alone on stdout, this once."""
    click.echo(
        say(
            f"{account.name}（{account.login}）的一次性密码，只显示这一次：",
            f"the one-time password of {account.name} ({account.login}), shown this once:",
        ),
        err=True,
    )
    click.echo(password)


@click.command(
    "add",
    help=describe(
        "添加账户并给出一次性密码；本人用它登录后设置自己的密码。姓名记在其一切操作上，不能更改。",
        "Adds an account and prints a one-time password, with which its owner signs in and chooses another. The name"
        " stands at everything it does and never changes.",
        "monitor user add --login zhangsan --name 张三 --role reporter --region 320000",
        "monitor user add --login lisi --name 李四 --role reviewer --department 待遇保障司",
    ),
)
@click.option("--login", required=True, help=say("登录名。", "What is typed to sign in."))
@click.option("--name", required=True, help=say("姓名。", "The name."))
@role_option
@scope_options
@click.option(
    "--no-password",
    is_flag=True,
    help=say("不设密码：由统一身份认证或代理登录。", "Without a password: a provider or a proxy signs it in."),
)
@by_option
def add(
    login: str,
    name: str,
    role: Any,
    regions: tuple[str, ...],
    indicators: tuple[str, ...],
    departments: tuple[str, ...],
    no_password: bool,
    by: str | None,
) -> None:
    scope = scope_of(regions, indicators, departments)
    with _access(by, must_exist=False) as (access, actor):
        made, text = access.add(
            actor, login=login, name=name, role=role, scope=scope, with_password=not no_password
        )  # fmt: skip
    if text is None:
        click.echo(say(f"{made.login}：已添加", f"{made.login}: added"))
    else:
        _show(made, text)


@click.command(
    "list",
    help=describe("列出全部账户。", "Lists all accounts.", "monitor user list --format table"),
)
@format_option
def list_(format_: str | None) -> None:
    with _access(None) as (access, _):
        found = access.accounts()
    print_rows([_row(one) for one in found], _COLUMNS, format_)


@click.command(
    "change",
    help=describe(
        "更改账户的角色和范围：写明的即为全部，未写的范围不再限定。",
        "Changes the role and the scope of an account: what is named is all of it, a scope that is not is unlimited.",
        "monitor user change zhangsan --role reporter --region 320000 --region 330000",
    ),
)
@_login_argument
@role_option
@scope_options
@by_option
def change(
    login: str,
    role: Any,
    regions: tuple[str, ...],
    indicators: tuple[str, ...],
    departments: tuple[str, ...],
    by: str | None,
) -> None:
    with _access(by) as (access, actor):
        account = _find(access, login)
        access.change(actor, account.account_id, role=role, scope=scope_of(regions, indicators, departments))
    click.echo(say(f"{account.login}：已更改", f"{account.login}: changed"))


@click.command(
    "disable",
    help=describe(
        "停用账户，此后不能登录。", "Disables an account: it cannot sign in.", "monitor user disable zhangsan"
    ),
)
@_login_argument
@by_option
def disable(login: str, by: str | None) -> None:
    _switch(login, by, disabled=True)


@click.command(
    "enable",
    help=describe("启用账户。", "Enables an account again.", "monitor user enable zhangsan"),
)
@_login_argument
@by_option
def enable(login: str, by: str | None) -> None:
    _switch(login, by, disabled=False)


@click.command(
    "password",
    help=describe(
        "重置密码：给出一次性密码，原密码失效。",
        "Resets the password: prints a one-time password, the old one is gone.",
        "monitor user password zhangsan",
    ),
)
@_login_argument
@by_option
def password(login: str, by: str | None) -> None:
    with _access(by) as (access, actor):
        account = _find(access, login)
        text = access.reset_password(actor, account.account_id)
    _show(account, text)


def _switch(login: str, by: str | None, *, disabled: bool) -> None:
    with _access(by) as (access, actor):
        account = _find(access, login)
        access.change(actor, account.account_id, disabled=disabled)
    done = ("已停用", "disabled") if disabled else ("已启用", "enabled")
    click.echo(f"{account.login}: {say(*done)}")


def _row(one: Account) -> dict[str, object]:
    has = ("one-time" if one.must_choose else "chosen") if one.has_password else ""
    return {
        "login": one.login,
        "name": one.name,
        "role": one.role,
        **{kind: joined(getattr(one.scope, kind)) for kind in ("regions", "indicators", "departments")},
        "disabled": one.disabled,
        "password": has,
        "changed_at": f"{one.at:%Y-%m-%dT%H:%M:%SZ}",
        "changed_by": one.made_by,
    }


def joined(names: frozenset[str] | None) -> str:
    return "" if names is None else " ".join(sorted(names))


COMMANDS = (add, list_, change, disable, enable, password)
