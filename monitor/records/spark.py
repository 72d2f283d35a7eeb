"""The questions put to Spark through its Connect server: for records that outgrow one machine.

The server and its workers read the files where they lie, so each must see the folder at its path. What the files hold
was looked at before, so the declared types stand for what Spark would guess.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from monitor.catalogue.records import sql_type
from monitor.store.spark import connected

from .engines import Engine, Opening, Rows, Table, not_computed

_SWITCHES = {
    "spark.sql.session.timeZone": "UTC",
    # a number that does not fit is an error, and no decimal is rounded to make it fit
    "spark.sql.ansi.enabled": "true",
    "spark.sql.decimalOperations.allowPrecisionLoss": "false",
    # a file that is not there, or is damaged, is an error and never an answer without its rows
    "spark.sql.files.ignoreMissingFiles": "false",
    "spark.sql.files.ignoreCorruptFiles": "false",
}


def on_spark(remote: str) -> Opening:
    """The engine of many machines; `remote`: sc://host:port. Opening it raises StoreError: no client, no server."""

    @contextmanager
    def opened(table: Table) -> Iterator[Engine]:
        session = connected(remote)
        try:
            with _asking():
                for name, value in _SWITCHES.items():
                    session.conf.set(name, value)
                schema = ", ".join(f"{name} {sql_type(kind)}" for name, kind in table.columns.items())
                files = [f"file:{file.path}" for file in table.folder.files]
                frame = session.read.schema(schema).option("basePath", f"file:{table.folder.path}").parquet(*files)
                frame.createOrReplaceTempView("records")
                version = session.version

            def ask(text: str) -> Rows:
                with _asking():
                    answer = session.sql(text).toArrow()
                return list(zip(*(column.to_pylist() for column in answer.columns), strict=True))

            yield Engine(f"Apache Spark {version}", ask)
        finally:
            session.stop()

    return opened


@contextmanager
def _asking() -> Iterator[None]:
    import grpc
    from pyspark.errors import PySparkException

    try:
        yield
    except (PySparkException, grpc.RpcError) as error:
        raise not_computed(str(error)) from error
