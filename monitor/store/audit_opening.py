"""What is done with the audit log when a store is opened: its end compared with the head, an older store sealed."""

from __future__ import annotations

import logging
from datetime import datetime

import duckdb

from .audit import MISSING_HEAD, SEALED_AT_UPGRADE, Note, mac_of, make_note
from .audit_chain import Chain
from .audit_folder import FIRST_MAC, AuditFolder, Head
from .errors import StoreError
from .migrations import SQL
from .transaction import execute

_BY = "monitor"
_log = logging.getLogger("monitor.store")


def open_chain(connection: duckdb.DuckDBPyConnection, folder: AuditFolder, now: datetime) -> Chain:
    """The chain of a store that was opened for writing. `now`: UTC without zone.

    What the version before wrote is sealed in one go; a head that is gone is noted. Raises StoreError: the store lacks
    entries that the head knows, the head is another store's, the last ones are not what the key sealed, the key is gone
    or cannot be used.
    """
    chain = Chain(connection, folder)
    last, last_event = chain.read()
    head = folder.read_head()
    had_key = folder.has_key()
    if isinstance(head, Head) and (head.seq > 0 or last.seq > 0):
        if not had_key:
            raise _keyless(folder)
        if head.store is not None and last.store not in (None, head.store):
            raise _anothers(folder)
        _need_end(connection, folder, chain.load_key(), head, last)
        if head.store is None:  # written by an older version
            folder.write_head(last)
        return chain
    chain.load_key()
    notes = []
    if last.seq == 0 and last_event > 0 and not isinstance(head, Head):
        notes.append(_note(SEALED_AT_UPGRADE, {"events": last_event, "key": "kept" if had_key else "new"}))
    elif last.seq > 0:
        _log.warning("the audit log has %s entries and no head to compare them with in %s", last.seq, folder.path)
        notes.append(_note(MISSING_HEAD, {"entries": last.seq, "head": head}))
    if not notes:
        folder.write_head(last)
        return chain
    with connection.cursor() as cursor:
        cursor.begin()
        with chain.sealing(cursor, notes, now, events="all" if last.seq == 0 else "none"):
            cursor.commit()
    return chain


def _note(action: str, detail: dict[str, object]) -> Note:
    return make_note(action, _BY, "audit", detail, None, None)


def _need_end(connection: duckdb.DuckDBPyConnection, folder: AuditFolder, key: bytes, head: Head, last: Head) -> None:
    """The entry that the head names is there with its mac, and what the key sealed is what it and those after it say.

    The head lags by an entry or so after a crash, never more than was committed while it could not be written.
    """
    if last.seq < head.seq:
        missing = head.seq - last.seq
        raise StoreError(
            "audit_short",
            f"数据库缺少审计记录 {missing} 条（第 {last.seq + 1} 至 {head.seq} 条）：它比 {folder.head_file} 所记的旧，"
            f"之后写入的内容已丢失；{_CURE[0]}",
            f"the store lacks {missing} entries of the audit log ({last.seq + 1} to {head.seq}): it is older than"
            f" {folder.head_file} says, and what was written since then is lost; {_CURE[1]}",
        )
    with connection.cursor() as cursor:
        entries = execute(cursor, SQL / "audit_since.sql", {"seq": max(head.seq - 1, 1)}).fetchall()
    previous = FIRST_MAC if head.seq <= 1 else next((row[-1] for row in entries if row[0] == head.seq - 1), "")
    for *entry, mac in entries:
        if entry[0] < head.seq:
            continue
        if mac_of(key, previous, entry) != mac or (entry[0] == head.seq and mac != head.mac):
            raise StoreError(
                "audit_differs",
                f"审计记录第 {entry[0]} 条与 {folder.head_file} 或密钥不符："
                f"数据库、该文件或密钥被更换或改动过；{_CURE[0]}",
                f"entry {entry[0]} of the audit log does not agree with {folder.head_file} or with the key: the store,"
                f" that file or the key was exchanged or changed; {_CURE[1]}",
            )
        previous = mac


def _anothers(folder: AuditFolder) -> StoreError:
    return StoreError(
        "audit_other",
        f"{folder.head_file} 是另一个数据库的末尾标记，不会改写：恢复的数据库与原来的不能共用审计文件夹。"
        "演练用 monitor serve --rehearse；要改用恢复的数据库，把 MONITOR_AUDIT_FOLDER 指向它旁边的 audit，"
        "或先移走该文件。",
        f"{folder.head_file} is the head of another store and is left as it is: a restored store does not share the"
        " audit folder of the one it was copied from. To rehearse: `monitor serve --rehearse`; to use the restored"
        " store from now on, set MONITOR_AUDIT_FOLDER to the audit folder beside it, or move that file away first",
    )


def _keyless(folder: AuditFolder) -> StoreError:
    return StoreError(
        "audit_key_missing",
        f"{folder.path}：审计密钥 chain.key 不在了；请放回它的副本，{_CURE_ON[0]}",
        f"{folder.path}: the key of the audit log, chain.key, is gone: put its copy back; {_CURE_ON[1]}",
    )


_CURE_ON = (
    "或者移走审计文件夹中的 .head 文件，从现有内容继续（monitor verify 会指出这一点）。",
    "or move the .head file away to go on from what there is (`monitor verify` will say so).",
)
_CURE = (
    "请恢复完整的数据库及其审计文件夹；" + _CURE_ON[0],
    "restore the complete store and its audit folder; " + _CURE_ON[1],
)
