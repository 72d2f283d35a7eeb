"""The reference of ingest: read a CSV as text and insert its frame into an empty DuckDB file, with no check at all."""

from __future__ import annotations

import tempfile
from pathlib import Path

import duckdb
import pandas as pd

from .worker import serve


def load(path: str) -> int:
    """Rows stored."""
    frame = pd.read_csv(path, dtype=str)
    with (
        tempfile.TemporaryDirectory(prefix="monitor-peers-") as folder,
        duckdb.connect(str(Path(folder) / "bare.duckdb")) as connection,
    ):
        connection.register("sent", frame)
        connection.execute("CREATE TABLE observation AS SELECT * FROM sent")
    return len(frame)


if __name__ == "__main__":
    serve({"load": load})
