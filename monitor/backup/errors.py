"""Why no backup was made, or none can be restored, in words for people."""

from __future__ import annotations


class BackupError(Exception):
    """Nothing was left half done by the call that raised it.

    `code`: stable snake_case; `zh`, `en`: what, where, cure.
    """

    def __init__(self, code: str, zh: str, en: str) -> None:
        super().__init__(f"{zh} | {en}")
        self.code, self.zh, self.en = code, zh, en


def damaged(path: object, zh: str, en: str) -> BackupError:
    """This backup is not what was made."""
    return BackupError(
        "damaged_backup",
        f"{path}：备份已损坏（{zh}），不能用来恢复；请改用另一份备份",
        f"{path}: this backup is damaged ({en}) and nothing is restored from it: take another one",
    )
