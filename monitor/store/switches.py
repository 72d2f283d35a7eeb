"""The database's own switches: what it may take of the machine, and every door but its file and our folders locked.

They are thrown once, when the file is opened; the last one makes that final (reliability.md 4c, untrusted SQL).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

MEMORY_BYTES = 8 * 1024**3
"""The most memory taken unless more is asked for, and less where the machine has less. Beyond it goes to the disk."""
LEAST_BYTES, BYTES_A_THREAD = 300 * 1000**2, 150 * 1000**2
"""What the database of a server takes by itself. It keeps of its file whatever it has read until that is full, so with
more a server of 16 million figures holds all 630 MB of them; read again from the system they cost nothing that is
noticed, and questions with fewer bytes for each thread fail."""
SPILLED_BYTES = 10 * 1000**3
"""The most that goes to the disk; a question that needs more fails, and the others go on."""

LOGGED_BYTES = 4 * 1024**2
"""So much is written to the log before it is worked into the file: eight files of 2,000 rows, a tenth of a second
within the last one's commit. What came since stands in memory, several bytes for each of the log's."""

_UNITS = {"bytes": 1, "KiB": 1024, "MiB": 1024**2, "GiB": 1024**3, "TiB": 1024**4}


def serving_memory(threads: int) -> int:
    """Bytes that a server's database takes where the settings name none; that of a command takes MEMORY_BYTES."""
    return min(MEMORY_BYTES, max(LEAST_BYTES, threads * BYTES_A_THREAD))


def switches(
    folders: Sequence[Path],
    spill: Path,
    memory: str,
    *,
    most: int = MEMORY_BYTES,
    files: Sequence[str] = (),
    threads: int | None = None,
) -> tuple[str, ...]:
    """The statements, in this order: each later one closes a door the earlier ones still need.

    `folders`: all that SQL may read and write; `spill`: where what does not fit into memory goes meanwhile;
    `memory`: what the database would take by itself, in its own words; `most`: no more bytes than that. `files`: single
    ones of Parquet that it may read too, whose ends it then remembers. `threads`: at most; all cores without.
    """
    single = ", ".join(_quoted_text(file) for file in files)
    reading = (f"SET GLOBAL allowed_paths = [{single}]", "SET GLOBAL parquet_metadata_cache = true") if files else ()
    sharing = (f"SET GLOBAL threads = {threads}",) if threads is not None else ()
    names = ", ".join(f"{_quoted(folder)}" for folder in folders)
    return (
        *reading,
        *sharing,
        "SET GLOBAL TimeZone = 'UTC'",
        f"SET GLOBAL memory_limit = '{min(most, _bytes(memory))} bytes'",
        f"SET GLOBAL temp_directory = {_quoted(spill)}",
        f"SET GLOBAL max_temp_directory_size = '{SPILLED_BYTES} bytes'",
        f"SET GLOBAL checkpoint_threshold = '{LOGGED_BYTES} bytes'",
        "SET GLOBAL allocator_background_threads = true",  # what was freed goes back though nobody asks any more
        "SET GLOBAL enable_external_file_cache = false",  # a staging file is read by one transaction and never again
        "SET GLOBAL python_enable_replacements = false",  # no variable of the program by its name in a query
        "SET GLOBAL allow_persistent_secrets = false",
        f"SET GLOBAL allowed_directories = [{names}]",
        "SET GLOBAL enable_external_access = false",
        "SET GLOBAL autoinstall_known_extensions = false",
        "SET GLOBAL autoload_known_extensions = false",
        "SET GLOBAL allow_community_extensions = false",
        "SET GLOBAL lock_configuration = true",
    )


def _quoted(folder: Path) -> str:
    return _quoted_text(f"{folder.absolute()}/")


def _quoted_text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _bytes(told: str) -> int:
    number, _, unit = told.partition(" ")
    return int(float(number) * _UNITS[unit])
