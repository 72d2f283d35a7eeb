"""What is wrong with a template or a font, in both languages: what, where, and the cure."""

from __future__ import annotations


class DocumentError(ValueError):
    """No file was made."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(f"{zh} | {en}")
        self.zh, self.en = zh, en
