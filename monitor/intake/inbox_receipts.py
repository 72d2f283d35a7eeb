"""Receipts beside a file of the inbox: one for programs, one for people, and the annotated workbook.

`NAME.receipt.json`, `NAME.receipt.txt`, `NAME.annotated.xlsx`; each appears whole, by its last renaming.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from monitor.store.migrations import SQL as STORE_SQL
from monitor.store.store import Store
from monitor.store.times import from_stored

from .confined import open_regular
from .problems import FileProblem, Refused, first_problems
from .reading import shown_name
from .revisions import IngestResult
from .submission_errors import SubmissionError

JSON, TEXT, WORKBOOK = ".receipt.json", ".receipt.txt", ".annotated.xlsx"
RECEIPT_ENDS = (JSON, TEXT, WORKBOOK)
_NAME_BYTES = 255  # of a file's name, on every file system in use
_RECEIPT_BYTES = 4_000_000  # a longer one is none of ours
_MOST_RECEIPTS = 2**63
_RECEIPTS = STORE_SQL / "receipt_hashes.sql"
_NEWEST = files(__package__) / "sql" / "inbox_newest.sql"
_COUNTS = ("created", "updated", "unchanged", "carried", "rejected")
_VERDICTS = {
    "accept": ("已通过", "accepted"),
    "warn": ("已通过，有提醒", "accepted, with warnings"),
    "review": ("已收到，待审核", "received, waits for review"),
    "duplicate": ("与先前报送的内容相同，没有变化", "says the same as before, nothing changed"),
    "rows": ("未收下：请改正下列各处后重新报送", "not taken: mend the places below and send it again"),
    "reject": ("未收下，原因见下", "not taken, for the reason below"),
    "forbidden": ("未收下：含有其他单位的数据", "not taken: it holds figures of other units"),
}
_SEVERITIES = {"error": ("错误", "error"), "query": ("核实", "query"), "warning": ("提醒", "warning")}


class Stamp(NamedTuple):
    """How a file stood: its size in bytes, time of its last change in ns, inode. A receipt knows no inode (0)."""

    size: int
    mtime_ns: int
    inode: int
    sha256: str = ""

    @classmethod
    def of(cls, status: os.stat_result) -> Stamp:
        return cls(status.st_size, status.st_mtime_ns, status.st_ino)

    def is_same_file(self, other: Stamp) -> bool:
        return (self.size, self.mtime_ns) == (other.size, other.mtime_ns)


@dataclass(frozen=True)
class Answer:
    """What `NAME.receipt.json` says, as JSON."""

    content: Mapping[str, Any]

    @classmethod
    def of(
        cls,
        stamp: Stamp,
        sha256: str,
        at: datetime,
        result: IngestResult | None,
        error: SubmissionError | None,
    ) -> Answer:
        content: dict[str, Any] = {
            "sha256": sha256,
            "size": stamp.size,
            "mtime_ns": stamp.mtime_ns,
            "taken_at": f"{at:%Y-%m-%dT%H:%M:%SZ}",
            "verdict": "forbidden" if error is not None and error.code == "forbidden" else "reject",
            "annotated": None,
        }
        if result is not None:
            content |= {
                "file": result.file,
                "verdict": verdict_of(result),
                "receipt_id": result.receipt_id,
                "duplicate_of": result.duplicate_of,
                "row_count": result.row_count,
                **{name: getattr(result, name) for name in _COUNTS},
                "submissions": [asdict(outcome) for outcome in result.submissions],
                "problem_count": result.problem_count,
                "problems": [asdict(problem) for problem in result.problems],
            }
        if error is not None:
            content |= {"code": error.code, "zh": error.zh, "en": error.en}
        return cls(content)

    @classmethod
    def known(cls, stamp: Stamp, sha256: str, at: datetime, result: IngestResult) -> Answer:
        """What the store says of an earlier receipt; it does not keep the counts of figures."""
        content = cls.of(stamp, sha256, at, result, None).content
        return cls({name: value for name, value in content.items() if name not in (*_COUNTS, "submissions")})

    @classmethod
    def again(cls, path: Path, stamp: Stamp) -> Answer:
        """The answer that stands beside the file, for the same bytes at another time."""
        return cls({**_read(path), "size": stamp.size, "mtime_ns": stamp.mtime_ns})


def verdict_of(result: IngestResult) -> str:
    """The verdict, and `forbidden` for a file refused because it speaks for other units."""
    is_foreign = any(problem.code == "not_your_unit" for problem in result.problems)
    return "forbidden" if result.is_refused and is_foreign else result.verdict


def receipt_path(path: Path, end: str) -> Path:
    """`NAME` with an end; a name that would become too long is cut and told apart by its hash."""
    name = os.fsencode(path.name)
    if len(name) + len(end) > _NAME_BYTES:
        mark = b"~" + hashlib.sha256(name).hexdigest()[:12].encode()
        cut = name[: _NAME_BYTES - len(end) - len(mark)]
        name = cut.decode("utf-8", "ignore").encode() + mark
    return path.with_name(os.fsdecode(name + os.fsencode(end)))


def receipt_stamp(path: Path, store: Store) -> Stamp | None:
    """How the file stood when it was last answered; None where no receipt that the store knows says it."""
    content = _read(path)
    size, mtime, digest = content.get("size"), content.get("mtime_ns"), content.get("sha256")
    if isinstance(size, int) and isinstance(mtime, int) and isinstance(digest, str) and _is_ours(path, content):
        return Stamp(size, mtime, 0, digest) if _is_known(store, content, digest) else None
    return None


def find_answered(
    store: Store, senders: Collection[str], name: str, stamp: Stamp, sha256: str
) -> tuple[datetime, IngestResult] | None:
    """When the store received these bytes under this name from one of the senders, and what it answered.

    None where it did not, and where they are sent again on purpose: the file has changed after that receipt, or its
    name has stood for other bytes since.
    """
    file = shown_name(name)
    rows = store.ask(_NEWEST, {"senders": [*senders], "file": file, "sha256": sha256})
    if not rows:
        return None
    receipt, sent, at, verdict, row_count, problem_count = rows[0]
    if sent != sha256 or from_stored(at).timestamp() * 1e9 < stamp.mtime_ns:
        return None
    issues = store.ask(STORE_SQL / "receipt_issues.sql", {"receipt_id": receipt})
    problems = first_problems(FileProblem(file, *issue[1:]) for issue in issues)
    return at, IngestResult(
        file, receipt, None, verdict, row_count, problems, problem_count, submissions=(), rejected=0, dry_run=False
    )


def _is_known(store: Store, content: Mapping[str, Any], digest: str) -> bool:
    """Whether the store gave the receipt, for these bytes: another store's, or one given after the backup that the
    store came from, is of a file that the store does not have. An answer without a receipt took nothing.
    """
    number = content.get("receipt_id")
    if number is None:
        return content["verdict"] in ("forbidden", "reject")
    if type(number) is not int or not 0 < number < _MOST_RECEIPTS:
        return False
    return store.ask(_RECEIPTS, {"receipt_ids": [number]}) == [(number, digest)]


def _is_ours(path: Path, content: Mapping[str, Any]) -> bool:
    """Whether it reads as what was written here: anybody may lay a file of this name beside their own."""
    try:
        return bool(_told(path, {"annotated": content["annotated"], **content}))
    except (KeyError, TypeError, ValueError, AttributeError):
        return False


def write_receipts(path: Path, answer: Answer, annotated: Path | None) -> None:
    """Write the receipts of a file; an annotated workbook of an earlier answer goes. Raises OSError."""
    workbook = receipt_path(path, WORKBOOK)
    content = dict(answer.content)
    if annotated is not None:
        with annotated.open("rb") as source:
            _write(workbook, lambda out: shutil.copyfileobj(source, out))
        content["annotated"] = workbook.name
    elif content["annotated"] is None and _read(path).get("annotated") == workbook.name:
        workbook.unlink(missing_ok=True)
    _write(receipt_path(path, TEXT), lambda out: out.write(_told(path, content).encode("utf-8", "backslashreplace")))
    made = json.dumps(content, ensure_ascii=False, indent=2) + "\n"
    _write(receipt_path(path, JSON), lambda out: out.write(made.encode("utf-8", "backslashreplace")))


def _write(target: Path, fill: Callable[[BinaryIO], object]) -> None:
    unfinished = target.with_name(f".{secrets.token_hex(8)}.part")
    try:
        with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644), "wb") as out:
            fill(out)
        os.replace(unfinished, target)
    finally:
        unfinished.unlink(missing_ok=True)


def _read(path: Path) -> dict[str, Any]:
    """The receipt beside a file; empty where there is none, or what lies there is none of ours."""
    try:
        source = open_regular(receipt_path(path, JSON))
    except (OSError, Refused):
        return {}
    with os.fdopen(source, "rb") as stream:
        if os.fstat(source).st_size > _RECEIPT_BYTES:
            return {}
        try:
            content = json.loads(stream.read(_RECEIPT_BYTES + 1))
        except (ValueError, RecursionError):
            return {}
    return content if isinstance(content, dict) else {}


def _told(path: Path, content: Mapping[str, Any]) -> str:
    """The answer for people: Chinese, then English."""
    return "\n".join([*_told_in(0, path, content), "", "-" * 72, "", *_told_in(1, path, content), ""])


def _told_in(language: int, path: Path, content: Mapping[str, Any]) -> list[str]:
    zh = language == 0
    lines = [f"{'文件' if zh else 'File'}: {content.get('file', path.name)}"]
    lines.append(f"{'结果' if zh else 'Result'}: {_VERDICTS[content['verdict']][language]}")
    lines.append(f"{'时间' if zh else 'Time'}: {content['taken_at']}    SHA-256: {content['sha256'] or '-'}")
    if content.get("receipt_id") is not None:
        lines.append(f"{'回执号' if zh else 'Receipt'}: {content['receipt_id']}")
    if content.get("duplicate_of") is not None:
        lines.append(f"{'先前的回执号' if zh else 'First receipt'}: {content['duplicate_of']}")
    if "created" in content:
        names = ("新增", "更新", "未变", "沿用", "拒绝") if zh else _COUNTS
        counts = [f"{name} {content[key]}" for name, key in zip(names, _COUNTS, strict=True)]
        lines.append(f"{'指标数' if zh else 'Figures'}: {('，' if zh else ', ').join(counts)}")
    if "code" in content:
        lines.append(content["zh" if zh else "en"])
    lines += _told_problems(language, content)
    if content["annotated"]:
        lines.append("")
        name = content["annotated"]
        lines.append(
            f"逐格批注见 {name}；改好后请另存为新的文件名放回本文件夹。"
            if zh
            else f"Each problem stands at its cell in {name}; mend it and put it here under another name."
        )
    return lines


def _told_problems(language: int, content: Mapping[str, Any]) -> list[str]:
    problems, count = content.get("problems", []), content.get("problem_count", 0)
    if not problems:
        return []
    zh = language == 0
    head = f"问题 {count} 处" if zh else f"{count} problems"
    if count > len(problems):
        head += f"，列出前 {len(problems)} 处" if zh else f", the first {len(problems)} listed"
    lines = ["", head + ":"]
    for number, problem in enumerate(problems, start=1):
        word, message = _SEVERITIES[problem["severity"]][language], problem["zh" if zh else "en"]
        lines.append(f"{number}. {_place(problem, zh)}[{word}] {message}")
    return lines


def _place(problem: Mapping[str, Any], zh: bool) -> str:
    parts = [
        str(problem["sheet"]) if problem["sheet"] else "",
        (f"第 {problem['row']} 行" if zh else f"row {problem['row']}") if problem["row"] is not None else "",
        str(problem["column"]) if problem["column"] else "",
    ]
    return " ".join(part for part in parts if part) + (" " if any(parts) else "")
