"""What stops a computation before there is anything to compute."""

from __future__ import annotations

from collections.abc import Sequence


class RecordsError(Exception):
    """Records that cannot be computed from; `zh` and `en` name the file or column and the cure, for people."""

    def __init__(self, code: str, zh: str, en: str) -> None:
        super().__init__(f"{zh} | {en}")
        self.code, self.zh, self.en = code, zh, en


MOST_TOLD = 20


def all_of(code: str, problems: Sequence[tuple[str, str]]) -> RecordsError:
    """Every problem at once, at most MOST_TOLD of them in full."""
    more = len(problems) - MOST_TOLD
    zh = "；".join(one[0] for one in problems[:MOST_TOLD]) + (f"；另有 {more} 处" if more > 0 else "")
    en = "; ".join(one[1] for one in problems[:MOST_TOLD]) + (f"; and {more} more" if more > 0 else "")
    return RecordsError(code, zh, en)
