"""`monitor serve --read-only`: the dashboard over published versions, without store, jobs, mails or inbox."""

from __future__ import annotations

import logging
import secrets
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from monitor.commands.errors import WrongUse
from monitor.commands.front import front_of
from monitor.commands.serving import (
    announce,
    need_free_port,
    need_safe_address,
    no_address,
    own_press,
    stopping_cleanly,
)

if TYPE_CHECKING:
    from monitor.report.desk import Desk
    from monitor.settings import Settings
    from monitor.store.published import Published
    from monitor.store.spark import SparkStore
    from monitor.web.front import Front


def serve_reader(settings: Settings, *, alone: bool) -> None:
    """Serves until stopped. `alone`: whether nothing was asked for that needs a store.

    Raises WrongUse, StoreError where there is no version that can be served.
    """
    from monitor.store.published import Published
    from monitor.web.readers import ReadOnly
    from monitor.web.server import serve

    folder = settings.read_from
    if folder is None:
        raise WrongUse(
            "没有说明从哪个发布文件夹读取；请用 --from DIR 或设置 MONITOR_READ_FROM",
            "it is not said which published folder to read: use --from DIR, or set MONITOR_READ_FROM",
        )
    if not alone:
        raise WrongUse(
            "--read-only 不能与 --rehearse 或 --new 一起用；只读副本不打开数据库",
            "--read-only does not go with --rehearse or --new: a read-only copy opens no store",
        )
    need_safe_address(settings)
    front = _front(settings)
    with stopping_cleanly(settings):
        need_free_port(settings)
        logging.getLogger("monitor.reader").setLevel(logging.INFO)  # the log is all that tells who took what
        store = Published(folder, memory_bytes=settings.reader_memory_bytes, threads=settings.reader_threads)
        try:
            serve(
                desk_of(store, settings),
                settings.host,
                settings.port,
                threads=settings.threads,
                secret_key=secrets.token_bytes(32),
                announce=announce,
                plain_http=settings.plain_http,
                front=front,
                press=own_press(settings),
                read_only=ReadOnly(store, settings.reader_open, settings.owner_url),
                desk_of=lambda: desk_of(store, settings),
            )
        except OSError as error:
            raise no_address(settings, error) from None
        finally:
            store.close()


def desk_of(store: Published | SparkStore, settings: Settings) -> Desk:
    """The desk of the version that this thread asks: plans, regions and method as they were recorded at the owner.

    Raises WrongUse where none were.
    """
    from monitor.catalogue.loader import parse_catalogues, parse_regions
    from monitor.method.settings import MethodSettings
    from monitor.report.desk import Desk
    from monitor.store.configuration import configuration_as_of

    recorded = configuration_as_of(store, None)
    if recorded is None:
        raise WrongUse(
            f"版本 {store.version} 中没有指标目录；请先用 monitor serve 启动主服务，再重新发布",
            f"the version {store.version} has no catalogue: start the owner once with `monitor serve`, and"
            " publish again",
        )
    content: Any = recorded.content
    regions = parse_regions(content["regions"]["text"], content["regions"]["file"])
    catalogues = parse_catalogues([(one["file"], one["text"]) for one in content["catalogues"]], regions)
    method = MethodSettings(**{name: Decimal(str(value)) for name, value in content["settings"].items()})
    return Desk(store, catalogues, regions, method, settings.timezone)


def _front(settings: Settings) -> Front:
    """Who vouches for people: there are no passwords here. Raises WrongUse where nobody does."""
    front = front_of(settings)
    if front.header is None and front.oidc is None and not settings.reader_open:
        raise WrongUse(
            "只读副本没有密码：请设置 MONITOR_PROXY_USER_HEADER（由代理登录）或 MONITOR_OIDC_ISSUER，"
            "或在封闭网络中设置 MONITOR_READER_OPEN=true",
            "a read-only copy has no passwords: set MONITOR_PROXY_USER_HEADER (the proxy signs people in) or"
            " MONITOR_OIDC_ISSUER, or MONITOR_READER_OPEN=true in a closed network",
        )
    if settings.reader_open and (front.header is not None or front.oidc is not None):
        raise WrongUse(
            "MONITOR_READER_OPEN 不能与代理登录或 OIDC 一起用：前者不问来人是谁；请去掉其一",
            "MONITOR_READER_OPEN does not go with signing in by a proxy or OIDC, for it asks nobody who they are: leave"
            " one of them out",
        )
    return front
