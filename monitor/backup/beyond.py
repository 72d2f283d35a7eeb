"""What a store has that a backup of it has not: what would be lost by going back, and can be sent again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from monitor.store.audit_folder import Head
from monitor.store.store import Store

from .proving import SQL


@dataclass(frozen=True)
class Beyond:
    """`is_same`: up to the backup's end the store's log says the same; what follows is known only then.

    `entries`: how many entries of the audit log follow; `receipts`: number and name of each file received since;
    `erased`: what names were erased of since, which are in the backup still. `again`: what was done to accounts and
    tokens since, which the backup knows nothing of: action of the audit log → logins or names of tokens, each once.
    """

    is_same: bool
    entries: int = 0
    receipts: tuple[tuple[int, str], ...] = ()
    erased: tuple[str, ...] = ()
    again: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def look_beyond(store: Store, head: Head, last_receipt: int) -> Beyond:
    """Compare a store with the end of a backup's audit log. Raises StoreError."""
    after = {"seq": head.seq}
    if head.seq > 0 and store.ask(SQL / "entry_mac.sql", after) != [(head.mac,)]:
        return Beyond(is_same=False)
    again: dict[str, dict[str, None]] = {}
    for action, whose in store.ask(SQL / "again_beyond.sql", after):
        again.setdefault(str(action), {})[str(whose)] = None
    receipts = store.ask(SQL / "receipts_beyond.sql", {"receipt_id": last_receipt})
    return Beyond(
        is_same=True,
        entries=int(store.ask(SQL / "entries_beyond.sql", after)[0][0]),
        receipts=tuple((int(receipt), str(name)) for receipt, name in receipts),
        erased=tuple(str(row[0]) for row in store.ask(SQL / "erased_beyond.sql", after)),
        again={action: tuple(whose) for action, whose in again.items()},
    )


def files_beyond(received: Path, last_receipt: int) -> tuple[int, ...]:
    """The received files that a store has no receipt of, told by their names alone. Raises OSError."""
    if not received.is_dir():
        return ()
    numbers = (int(one.name) for one in received.iterdir() if one.name.isdecimal())
    return tuple(sorted(number for number in numbers if number > last_receipt))
