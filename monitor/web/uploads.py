"""Receiving a file: streamed to the disk as it comes, read and checked, kept as a draft.

A browser without scripts posts the form and is led to the draft; assets/upload.js asks for JSON and follows it.
"""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import IO

from flask import Flask, Response, jsonify, request
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.utils import redirect
from werkzeug.wrappers import Response as AnyResponse

from monitor.intake.cycle import Cycle
from monitor.intake.quota import QuotaError
from monitor.intake.submission_errors import SubmissionError
from monitor.store.errors import StoreError
from monitor.store.space import LowSpaceError, is_full
from monitor.store.store import INGEST_PREFIX

from .gatekeeper import refused
from .identity import Person
from .notices import Notice, NoticeBoard
from .security import new_fault_id

_log = logging.getLogger("monitor.web")
_AROUND_BYTES = 100_000  # the parts of a multipart body besides the file
_NAME_CHARACTERS = 200


def serve_upload(server: Flask, cycle: Cycle, notices: NoticeBoard, asking: Callable[[], Person]) -> None:
    limit = cycle.limits.file_bytes

    def refusal(error: SubmissionError) -> AnyResponse:
        told = Notice("fault", error.zh, error.en)
        if not isinstance(error, QuotaError):
            return answer(403 if error.code == "forbidden" else 409, told)
        made = answer(429 if error.retry_after else 507, told)
        if error.retry_after:
            made.headers["Retry-After"] = str(error.retry_after)
        return made

    def answer(status: int, notice: Notice) -> AnyResponse:
        if _wants_json():
            made: Response = jsonify({"zh": notice.zh, "en": notice.en})
            made.status_code = status
            return made
        if status == 507:  # not led on to a page: programs that send forms see that it is not done
            return refused(status, notice.zh, notice.en)
        return redirect(f"/upload?said={notices.put(asking().actor.name, notice)}", 303)

    @server.post("/do/upload")
    def _upload() -> AnyResponse:
        person = asking()
        request.max_content_length = limit + _AROUND_BYTES
        try:
            cycle.space.need()
            sent = request.files.get("file")
        except RequestEntityTooLarge:
            return answer(413, _too_large(limit))
        except LowSpaceError as error:
            return answer(507, Notice("fault", error.zh, error.en))
        except OSError as error:
            return answer(507, machine_fault(error))
        if sent is None or not sent.filename:
            return answer(400, _NO_FILE)
        name = sent.filename.replace("\\", "/").rsplit("/", 1)[-1][-_NAME_CHARACTERS:]
        try:
            with tempfile.TemporaryDirectory(prefix=INGEST_PREFIX, dir=cycle.store.staging_folder) as folder:
                path = Path(folder) / "file"
                if not _save(sent, path, limit):
                    return answer(413, _too_large(limit))
                draft = cycle.draft(person.actor, path, name=name)
        except SubmissionError as error:
            return refusal(error)
        except (StoreError, OSError) as error:
            return answer(507, machine_fault(error))
        place = f"/draft/{draft.receipt_id}"
        return jsonify({"location": place}) if _wants_json() else redirect(place, 303)


def machine_fault(error: StoreError | OSError) -> Notice:
    """Our own failure, such as a full disk: nothing was changed; the operator finds the id in the log."""
    fault_id = new_fault_id()
    _log.error("fault %s at %s", fault_id, request.path, exc_info=error)
    if is_full(error):
        return Notice(
            "fault",
            f"磁盘空间不足，这一步没有完成，没有改变任何数据。请系统管理员腾出空间（编号 {fault_id}）后再试。",
            "There is no space left on the disk: this could not be done, and nothing was changed. Try again when the"
            f" operator ({fault_id}) has made room.",
        )
    return Notice(
        "fault",
        f"系统没能完成这一步，没有改变任何数据。请稍后再试；若仍然如此，请把编号 {fault_id} 告诉管理员。",
        f"This could not be done, and nothing was changed. Try again; if it fails again, tell the operator {fault_id}.",
    )


def _save(sent: FileStorage, path: Path, limit: int) -> bool:
    """Whether the file was within the limit."""
    size = 0
    with path.open("xb") as out:
        stream: IO[bytes] = sent.stream
        while piece := stream.read(1 << 18):
            size += len(piece)
            if size > limit:
                return False
            out.write(piece)
    return True


def _wants_json() -> bool:
    return request.accept_mimetypes.best == "application/json"


def _too_large(limit: int) -> Notice:
    size = f"{limit / 1_000_000:g}"
    return Notice(
        "fault",
        f"文件超过 {size} MB，未予接收；请删去无关的工作表和图片，或分成几个文件上传。",
        f"The file is larger than {size} MB and was not taken: remove what does not belong, or split it.",
    )


_NO_FILE = Notice("fault", "没有收到文件；请先选择文件。", "No file came: choose one first.")
