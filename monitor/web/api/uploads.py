"""The body of a request that sends a file: to a temporary file as it comes, never whole in memory."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from flask import request
from pydantic import ValidationError

from monitor.store.store import INGEST_PREFIX

from .asked import SendQuery
from .faults import ApiProblem, too_large
from .operations import CSV, XLSX
from .refusals import refused_fields

MULTIPART = "multipart/form-data"
AROUND_BYTES = 1_000_000
"""What a multipart request may hold beside its file."""
RAW_TYPES = {CSV: "upload.csv", XLSX: "upload.xlsx"}

_CHUNK = 256 * 1024


@dataclass(frozen=True)
class Upload:
    """A received file, with what was said of it."""

    path: Path
    name: str
    said: SendQuery


@contextmanager
def receive(query: SendQuery, folder: Path, most: int) -> Iterator[Upload]:
    """The file of the request under way, gone at the end. `folder`: where it is put meanwhile; `most`: its bytes.

    Raises ApiProblem: too large, another kind of content, no file, fields that are not there.
    """
    request.max_content_length = most + AROUND_BYTES
    kind = request.mimetype
    with tempfile.TemporaryDirectory(prefix=INGEST_PREFIX, dir=folder) as made:
        path = Path(made) / "file"
        if kind == MULTIPART:
            yield _from_form(query, path, most)
        elif kind in RAW_TYPES:
            _write(request.stream, path, most)
            yield Upload(path, query.name or RAW_TYPES[kind], query)
        else:
            raise _other_content()


def _from_form(query: SendQuery, path: Path, most: int) -> Upload:
    files = request.files.getlist("file")
    fields = dict(request.form.lists())
    if len(files) != 1 or set(request.files) != {"file"} or "file" in fields:
        raise ApiProblem(
            400,
            "no_file",
            "multipart 请求须有且只有一个名为 file 的文件",
            "a multipart request holds one file, in a part named `file` with a file name",
        )
    if twice := [name for name, values in fields.items() if len(values) > 1]:
        raise ApiProblem(400, "given_twice", f"参数 {twice[0]} 给了两次", f"the parameter {twice[0]} was given twice")
    given = {name: value for name, value in query.model_dump().items() if name in query.model_fields_set}
    try:
        said = SendQuery.model_validate({**given, **{name: values[0] for name, values in fields.items()}})
    except ValidationError as error:
        raise refused_fields(error, "body") from None
    _write(files[0].stream, path, most)
    return Upload(path, said.name or files[0].filename or "upload", said)


def _write(source: IO[bytes], path: Path, most: int) -> None:
    size = 0
    with path.open("wb") as target:
        while chunk := source.read(_CHUNK):
            size += len(chunk)
            if size > most:
                raise too_large()
            target.write(chunk)


def _other_content() -> ApiProblem:
    known = ", ".join((MULTIPART, *RAW_TYPES))
    return ApiProblem(
        415,
        "unsupported_content",
        f"内容类型不可用；请用 {known}",
        f"this content cannot be read; send {known}",
        headers={"Accept-Post": known},
    )
