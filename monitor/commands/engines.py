"""What an export is worked out with: the owner's store, or a published version, read by DuckDB here or by Spark."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.commands.common import load_plans, method_settings, open_store
from monitor.commands.errors import WrongUse
from monitor.commands.reading import desk_of

if TYPE_CHECKING:
    from monitor.report.desk import Desk
    from monitor.settings import Settings
    from monitor.store.published import Published
    from monitor.store.spark import SparkStore


def published_folder(settings: Settings, named: Path | None) -> Path | None:
    """Which published folder to read: the one named, that of a reader, for Spark the owner's own; None for the store.

    Raises WrongUse where Spark is to read and no folder is known.
    """
    folder = named or settings.read_from
    if folder is not None or settings.engine == "duckdb":
        return folder
    if settings.publish_folder is None:
        raise WrongUse(
            "MONITOR_ENGINE=spark 读取已发布的版本，但没有说明文件夹；请用 --from DIR 或设置 MONITOR_PUBLISH_FOLDER",
            "MONITOR_ENGINE=spark reads a published version, and it is not said where: use --from DIR, or set"
            " MONITOR_PUBLISH_FOLDER",
        )
    return settings.publish_folder


@contextmanager
def exporting_desk(settings: Settings, folder: Path | None) -> Iterator[Desk]:
    """The desk over a published folder (published_folder), else over the store, by which nothing is recorded.

    Raises WrongUse, StoreError.
    """
    from monitor.report.desk import Desk

    if folder is None:
        plans = load_plans(settings)
        with open_store(settings, must_exist=True) as store:
            # only who changes the store records what is in force; an export answers with what it was given
            yield Desk(store, plans.catalogues, plans.regions, method_settings(settings), settings.timezone)
        return
    version = _published(settings, folder)
    try:
        yield desk_of(version, settings)
    finally:
        version.close()


def _published(settings: Settings, folder: Path) -> Published | SparkStore:
    if settings.engine == "spark":
        from monitor.store.spark import SparkStore

        return SparkStore(folder, settings.spark_remote)
    from monitor.store.published import Published

    return Published(folder, memory_bytes=settings.reader_memory_bytes, threads=settings.reader_threads)


def refuse_spark(settings: Settings) -> None:
    """Pages want answers in milliseconds. Raises WrongUse."""
    if settings.engine == "spark":
        raise WrongUse(
            "Spark 只用于 monitor export：网页每次提问要等半秒以上；请去掉 MONITOR_ENGINE=spark，"
            "只读副本请用 monitor serve --read-only --from DIR",
            "Spark is for `monitor export` alone, since a page would wait half a second for each question: leave"
            " MONITOR_ENGINE=spark out; for more readers use `monitor serve --read-only --from DIR`",
        )
