"""What a dossier refuses, in both languages."""

from __future__ import annotations

from typing import Literal

Code = Literal["forbidden", "unknown", "state", "field", "changed"]


class DossierError(ValueError):
    """Nothing was done. `code`: forbidden (who asks may not), unknown (there is no such thing, or none that may be
    seen), state (not now), field (what was given cannot be taken), changed (somebody else was faster).

    `zh` and `en` say what and the cure.
    """

    def __init__(self, code: Code, zh: str, en: str) -> None:
        super().__init__(f"{zh} | {en}")
        self.code, self.zh, self.en = code, zh, en


def forbidden() -> DossierError:
    """Who asks may not."""
    return DossierError(
        "forbidden", "您的角色不能这样做；见“我是谁”页", "your role does not allow this; see the page /me"
    )
