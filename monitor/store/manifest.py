"""What a published version of the store is: which files it has, what they hold, and of which moment they speak.

    FOLDER/CURRENT                                      the name of the newest version, replaced in one go
    FOLDER/versions/NAME/store/manifest.json            written last; the version is whole where it is there
    FOLDER/versions/NAME/store/TABLE.parquet            small tables, whole
    FOLDER/versions/NAME/store/observation/PERIOD.parquet   one file for each period

Figures and what was said of them are in it where they were accepted at some time. Of what waits, was returned or
withdrawn, it says no more than who has sent it, when, and where it stands, as everybody may see at the owner. No draft,
password, token or mail is in it, nor any name on a form.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from .errors import StoreError
from .migrations import known_migrations

FORMAT = 1
CURRENT = "CURRENT"
VERSIONS = "versions"
STORE = "store"
MANIFEST = "manifest.json"
MONTHS = "observation"

TABLES: Mapping[str, tuple[str, str]] = {
    "configuration": ("published_whole", "seq"),
    "snapshot": ("published_whole", "seq"),
    "account": ("published_whole", "account_id, version"),
    "act": ("published_whole", "seq"),
    "paper": ("published_whole", "seq, number"),
    "event": ("published_event", ""),
    "receipt": ("published_receipt", ""),
    "submission": ("published_submission", ""),
    "issue": ("published_of_submissions", "submission_id, line, code, rule, sheet, indicator_id, zh, en, text"),
    "explanation": ("published_of_submissions", "seq, line, rule"),
    "remark": ("published_of_submissions", "seq, indicator_id"),
}
"""The small tables: by which packaged question each is written, and its order. All other tables are published empty."""


@dataclass(frozen=True)
class FileFacts:
    sha256: str
    bytes: int
    rows: int


@dataclass(frozen=True)
class Manifest:
    """`known_at`: when what is known last changed, naive UTC as ISO text, "" in an empty store.

    `configuration`: the hash of that in force, "" where none was recorded. `schema`: the number of the last migration.
    `months`: by period, what the observations of it were made from.
    `files`: by path within the folder of the version's store.
    """

    data_version: int
    event_version: int
    known_at: str
    published_at: str
    software: str
    configuration: str
    schema: int
    months: Mapping[str, str]
    files: Mapping[str, FileFacts]
    format: int = FORMAT

    def text(self) -> str:
        """As it is kept in the file."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1, sort_keys=True) + "\n"

    @property
    def moment(self) -> datetime | None:
        """`known_at`, naive UTC."""
        return datetime.fromisoformat(self.known_at) if self.known_at else None

    @property
    def rows(self) -> int:
        """How many observations there are."""
        return sum(facts.rows for path, facts in self.files.items() if path.startswith(f"{MONTHS}/"))


def month_path(period: str) -> str:
    """Of a period's observations, within the folder of the version's store."""
    return f"{MONTHS}/{period}.parquet"


def schema_number() -> int:
    """Of the structure that this program knows."""
    return known_migrations()[-1].number


def current_name(folder: Path) -> str:
    """Which version CURRENT names. Raises StoreError where there is none."""
    try:
        name = (folder / CURRENT).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        name = ""
    if not name or "/" in name or name.startswith("."):
        raise StoreError(
            "no_version",
            f"{folder} 中没有已发布的版本（{CURRENT} 缺失或为空）；请检查文件夹，或在主服务上运行"
            " monitor jobs run publish",
            f"{folder} has no published version ({CURRENT} is missing or empty): check the folder, or run"
            " `monitor jobs run publish` at the owner",
        )
    return name


def read_manifest(folder: Path, name: str) -> Manifest:
    """Of a version that this program can read; its files are not looked at. Raises StoreError."""
    path = folder / VERSIONS / name / STORE / MANIFEST
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        manifest = Manifest(**{**said, "files": {one: FileFacts(**facts) for one, facts in said["files"].items()}})
    except FileNotFoundError:
        raise _unusable(name, "没有 manifest.json，版本不完整", "manifest.json is missing: it is not whole") from None
    except (OSError, UnicodeDecodeError, ValueError, TypeError, KeyError, AttributeError) as fault:
        said = _said_format(path)
        if said is not None and said != FORMAT:
            raise _other_program(name, f"format {said}", said > FORMAT) from None
        raise _unusable(name, f"manifest.json 无法读取（{fault}）", f"manifest.json cannot be read ({fault})") from None
    if manifest.format != FORMAT:
        raise _other_program(name, f"format {manifest.format}", manifest.format > FORMAT)
    if manifest.schema != schema_number():
        raise _other_program(name, f"migration {manifest.schema}", manifest.schema > schema_number())
    return manifest


def damaged_file(name: str, path: str, zh: str, en: str) -> StoreError:
    """A file of a version that is not what its manifest says."""
    return _unusable(name, f"{path} {zh}", f"{path} {en}")


def _said_format(path: Path) -> int | None:
    try:
        return int(json.loads(path.read_text(encoding="utf-8"))["format"])
    except (OSError, UnicodeDecodeError, ValueError, TypeError, KeyError):
        return None


def _unusable(name: str, zh: str, en: str) -> StoreError:
    return StoreError(
        "damaged_version",
        f"已发布的版本 {name} 不可用：{zh}；请重新同步文件夹，或在主服务上重新发布",
        f"the published version {name} cannot be used: {en}; copy the folder again, or publish anew at the owner",
    )


def _other_program(name: str, said: str, is_newer: bool) -> StoreError:
    if is_newer:
        return StoreError(
            "newer",
            f"已发布的版本 {name} 由更新版本的程序写成（{said}）；请升级本程序",
            f"the published version {name} was written by a newer program ({said}): upgrade this program",
        )
    return StoreError(
        "older",
        f"已发布的版本 {name} 由旧版本的程序写成（{said}）；请升级主服务后重新发布",
        f"the published version {name} was written by an older program ({said}): upgrade the owner and publish again",
    )
