"""What several commands need: settings, catalogues, regions and the store, each refused with one line."""

from __future__ import annotations

import os
import pwd
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

from monitor import __version__
from monitor.commands.backing import backing_up, naming_the_way_back, refuse_second_store
from monitor.commands.errors import Refused, WrongUse
from monitor.language import say
from monitor.settings import Settings
from monitor.shipped import find_shipped

if TYPE_CHECKING:
    from monitor.access.actors import Actor
    from monitor.catalogue.loader import Catalogue
    from monitor.catalogue.problems import Problem
    from monitor.catalogue.regions import Regions
    from monitor.intake.cycle import Cycle
    from monitor.intake.limits import Limits
    from monitor.method.settings import MethodSettings
    from monitor.report.desk import Desk
    from monitor.store.owner import Ownership
    from monitor.store.store import Store


class _Said(TypedDict):
    catalogues: list[tuple[str, str]]
    regions: tuple[str, str]
    settings: dict[str, str]


def describe(zh: str, en: str, *examples: str) -> str:
    """The help text of a command: what it does, and an example that can be copied."""
    lines = "\n".join(f"  {example}" for example in examples)
    return f"{say(zh, en)}\n\n\b\n{say('例', 'Example')}:\n{lines}"


@dataclass(frozen=True)
class Plans:
    """The checked catalogues and regions that a command works with."""

    catalogues: tuple[Catalogue, ...]
    regions: Regions
    regions_file: str
    regions_text: str


def need_file(path: Path, zh_what: str, en_what: str, *, folder: bool = False) -> Path:
    """The path, when it is a readable file (or, if asked for, a folder). Raises WrongUse."""
    if not path.exists():
        raise WrongUse(
            f"{path}：{zh_what}不存在；请检查路径",
            f"{path}: no such {en_what}: check the path",
        )
    if path.is_dir() and not folder:
        raise WrongUse(
            f"{path}：是文件夹，不是{zh_what}；请写出文件名",
            f"{path}: is a folder, not a {en_what}: name the file",
        )
    if not os.access(path, os.R_OK):
        raise WrongUse(
            f"{path}：{zh_what}无法读取；请检查权限",
            f"{path}: the {en_what} cannot be read: check its mode and owner",
        )
    return path


def need_inbox(path: Path) -> Path:
    """The inbox, when it is a folder that can be read. Raises WrongUse."""
    if not path.is_dir() or not os.access(path, os.R_OK | os.X_OK):
        raise WrongUse(
            f"{path}：收件文件夹不存在或无法读取；请检查 MONITOR_INBOX",
            f"{path}: there is no such inbox, or it cannot be read: check MONITOR_INBOX",
        )
    return path


def catalogue_paths(settings: Settings, named: Sequence[Path] = ()) -> tuple[Path, ...]:
    """The catalogues named on the command line, else the setting's; without either, the plan that is shipped."""
    paths = named or (_setting_or_shipped(settings.catalogue, "catalogue"),)
    return tuple(need_file(path, "指标目录", "catalogue", folder=True) for path in paths)


def regions_path(settings: Settings, named: Path | None = None) -> Path:
    """The regions file named on the command line, else the setting's, else the one that is shipped."""
    return need_file(named or _setting_or_shipped(settings.regions, "regions"), "地区文件", "regions file")


def load_plans(settings: Settings, catalogues: Sequence[Path] = (), regions: Path | None = None) -> Plans:
    """Catalogues and regions, checked. Raises WrongUse that names the first fault and how to see the others."""
    from monitor.catalogue.loader import load_catalogues, load_regions
    from monitor.catalogue.problems import CatalogueError

    paths, table = catalogue_paths(settings, catalogues), regions_path(settings, regions)
    try:
        found = load_regions(table)
        text = table.read_text(encoding="utf-8-sig")
        return Plans(load_catalogues(paths, found), found, table.name, text)
    except CatalogueError as error:
        raise _first_fault(error.problems) from None


@contextmanager
def own_store(settings: Settings) -> Iterator[Ownership]:
    """Be the one process that has the store of the settings open and lends it to commands.

    Raises WrongUse (another user's), StoreError (another process is).
    """
    from monitor.store.owner import owning

    _refuse_other_users(settings)
    with owning(settings.store, __version__) as ownership:
        yield ownership


@contextmanager
def open_store(
    settings: Settings,
    *,
    must_exist: bool,
    read_only: bool = False,
    anew: bool = False,
    memory_bytes: int | None = None,
) -> Iterator[Store]:
    """The store of the settings, lent by the server where one runs, else opened; closed at the end.

    A new store is made beside backups of another only with `anew`. `memory_bytes`: what its database may take where the
    settings name nothing, as `Store.open`. Raises WrongUse when it should be there and is not,
    or is another user's, StoreError.
    """
    from monitor.store.borrowed import open_or_borrow
    from monitor.store.errors import StoreError

    if must_exist and not settings.store.exists():
        raise WrongUse(
            f"{settings.store}：数据库不存在；请先用 monitor ingest 读入数据，或检查 MONITOR_STORE",
            f"{settings.store}: there is no store: send figures with `monitor ingest` first, or check MONITOR_STORE",
        )
    _refuse_other_users(settings)
    if not anew:
        refuse_second_store(settings)
    try:
        store = open_or_borrow(
            settings.store,
            __version__,
            read_only=read_only,
            audit_folder=settings.audit_folder,
            before_migration=backing_up(settings),
            memory_bytes=settings.store_memory_bytes or memory_bytes,
        )
    except StoreError as error:
        raise naming_the_way_back(settings, error) from error
    try:
        yield store
    finally:
        store.close()


def _refuse_other_users(settings: Settings) -> None:
    """What root writes into another user's data folder, that user's server cannot read. Raises WrongUse."""
    place = settings.store if settings.store.exists() else settings.data_folder
    if os.geteuid() != 0 or not place.exists() or (owner := place.stat().st_uid) == 0:
        return
    name = _name_of(owner)
    raise WrongUse(
        f"{place} 属于用户 {name}，而现在以 root 运行，会留下该用户无法读取的文件；请用 sudo -u {name} monitor …",
        f"{place} belongs to {name}, and root would leave files there that {name} cannot read: use"
        f" sudo -u {name} monitor …",
    )


def _name_of(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"#{uid}"


def note_export(store: Store, what: str, question: Mapping[str, object], output: Path | None = None) -> None:
    """Write into the audit log that somebody takes figures out, before they are: to a file, or through a pipe."""
    given = {**question, "file": None if output is None else output.name}
    told = {name: str(value) for name, value in given.items() if value is not None and value is not False}
    store.note("exported", by=_told_user(store), object=what, detail=told)


def record_plans(store: Store, plans: Plans, settings: Settings, *, by: str) -> None:
    """Writes down what judges from now on, where it changed: an answer as of a later moment asks for it.

    Raises Refused where a server runs, which goes on judging by what it read at its start.
    """
    from monitor.store.borrowed import Borrowed
    from monitor.store.configuration import differences, record_configuration

    said: _Said = {
        "catalogues": [(catalogue.file, catalogue.text) for catalogue in plans.catalogues],
        "regions": (plans.regions_file, plans.regions_text),
        "settings": {name: f"{getattr(settings, name):f}" for name in ("ahead", "near", "band_tolerance")},
    }
    if isinstance(store, Borrowed) and (unlike := differences(store, **said)):
        names = ", ".join(unlike)
        raise Refused(
            f"这里的设置与正在运行的服务所用的不同（{names}）；请使两者一致，或重新启动服务后再试",
            f"this differs from what the running server judges by ({names}): make both the same, or start the server"
            " again and then repeat this",
        )
    record_configuration(store, **said, by=by)


def user_name() -> str:
    """Who acts, where --by does not say it: the system's user, not what the environment calls it."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return f"uid {os.getuid()}"


def _told_user(store: Store) -> str:
    """The system's user; where an account has that name the log says that it was not the account."""
    from monitor.access.accounts import find_named

    user = user_name()
    if not store.read_only and find_named(store, user) is not None:
        store.note("acted_at_console", by=user, detail={"name": user})
    return user


def acting(store: Store, catalogues: Sequence[Catalogue], by: str | None) -> Actor:
    """Who acts at the machine: the account of that name with its own rights and no others, else the console.

    A name that was given is noted with the system's user who gave it, and so is a user who has an account's name.

    Raises WrongUse for a name that is empty, Refused for an account that is disabled.
    """
    from monitor.access.accounts import find_named
    from monitor.access.actors import Actor

    if by is None:
        return Actor(_told_user(store), "console")
    name = by.strip()
    if not name:
        raise WrongUse("--by 是空的；请写姓名", "--by is empty: give a name")
    account = find_named(store, name)
    if account is not None and account.disabled:
        raise Refused(f"账户“{account.name}”已停用", f"the account of {account.name} is disabled")
    # no password was asked: the log says who of the system's users lent whose name
    of = None if account is None else account.object
    store.note("acted_at_console", by=user_name(), object=of, detail={"name": name})
    return Actor(name, "console") if account is None else account.actor(catalogues)


@contextmanager
def open_desk(
    settings: Settings, *, must_exist: bool, ownership: Ownership | None = None, anew: bool = False
) -> Iterator[Desk]:
    """The desk over the store of the settings, which with `ownership` (own_store) is lent to commands meanwhile.

    `anew`: as `open_store`.
    """
    from monitor.report.desk import Desk
    from monitor.store.lending import lending
    from monitor.store.switches import serving_memory

    plans = load_plans(settings)
    # a server goes on for weeks beside others, a command takes in its file and is gone
    memory = None if ownership is None else serving_memory(len(os.sched_getaffinity(0)))
    with open_store(settings, must_exist=must_exist, anew=anew, memory_bytes=memory) as store:
        record_plans(store, plans, settings, by=user_name())
        desk = Desk(store, plans.catalogues, plans.regions, method_settings(settings), settings.timezone)
        with nullcontext() if ownership is None else lending(store, ownership, __version__):
            yield desk


def cycle_of(store: Store, catalogues: Sequence[Catalogue], regions: Regions, settings: Settings) -> Cycle:
    """The services of the reporting cycle, with the limits of files that come from anywhere."""
    from monitor.intake.cycle import Cycle

    return Cycle(store, catalogues, regions, limits=limits_of(settings), timezone=settings.timezone)


def limits_of(settings: Settings) -> Limits:
    """Those of files that come from anywhere."""
    from monitor.intake.limits import Limits

    return Limits(
        file_bytes=settings.max_file_bytes,
        rows=settings.max_rows,
        columns=settings.max_columns,
        files_per_day=settings.max_files_per_day,
        kept_bytes=settings.max_kept_bytes,
        min_free_bytes=settings.min_free_bytes,
    )


def method_settings(settings: Settings) -> MethodSettings:
    """The settings that a verdict depends on."""
    from monitor.method.settings import MethodSettings

    return MethodSettings(ahead=settings.ahead, near=settings.near, band_tolerance=settings.band_tolerance)


def refuse_no_moment(text: str | None, settings: Settings) -> None:
    """Without a store there are no snapshots, so what is no moment is refused before the store is missed.

    Raises AsOfError.
    """
    from monitor.report.as_of import parse_as_of

    if text is not None and not settings.store.exists():
        parse_as_of(text, settings.timezone, datetime.now(UTC).replace(tzinfo=None))


def parse_moment(text: str | None, settings: Settings, store: Store) -> datetime | None:
    """`--as-of`, a date, a moment or a snapshot's name, as naive UTC; None for now. Raises AsOfError."""
    from monitor.report.as_of import read_as_of

    now = datetime.now(UTC).replace(tzinfo=None)
    return None if text is None else read_as_of(store, text, settings.timezone, now)


def _setting_or_shipped(path: Path, name: str) -> Path:
    """The setting's path; where it is the default and not in this folder, what came with the program."""
    default = Settings.model_fields[name].default
    return find_shipped(str(default)) if path == default and not os.path.exists(path) else path


def _first_fault(problems: Sequence[Problem]) -> WrongUse:
    first, others = problems[0], len(problems) - 1
    place = f"{first.file}:{first.line}" if first.line is not None else first.file
    place += f": {first.path}" if first.path else ""
    zh_more = f"（另有 {others} 处，见 monitor check）" if others else ""
    en_more = f" (and {others} more: see `monitor check`)" if others else ""
    return WrongUse(f"{place}：{first.zh}{zh_more}", f"{place}: {first.en}{en_more}")
