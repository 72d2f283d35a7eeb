"""With what documents are made: the font of PDFs and the operator's own templates."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from .fonts import READERS_OWN, find_font
from .problem import DocumentError

Kind = Literal["table", "draft"]
LARGEST = 5_000_000
"""Bytes of a template."""


@dataclass(frozen=True)
class Template:
    """A user's own template; `name` as errors and facts call it."""

    name: str
    content: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True)
class Press:
    """`font`: embedded in PDFs, None for the reader's own; `templates`: a folder whose table.docx and draft.docx are
    used instead of those that ship.
    """

    font: Path | None = None
    templates: Path | None = None

    def template(self, kind: Kind) -> Template | None:
        """Raises DocumentError for one that cannot be read."""
        path = None if self.templates is None else self.templates / f"{kind}.docx"
        return None if path is None or not path.exists() else read_template(path)

    @property
    def font_said(self) -> str:
        """The embedded font's SHA-256, or the name of the reader's own."""
        return READERS_OWN if self.font is None else hashlib.sha256(self.font.read_bytes()).hexdigest()


def press_of(font: Path | None, templates: Path | None) -> Press:
    """As the settings say; without a font the system's is looked for. Raises DocumentError."""
    if templates is not None and not templates.is_dir():
        raise DocumentError(
            f"没有模板文件夹 {templates}；请改正 MONITOR_DOCUMENT_TEMPLATES，或去掉这项设置",
            f"there is no folder {templates}: correct MONITOR_DOCUMENT_TEMPLATES, or leave it out",
        )
    return Press(find_font(font), templates)


def read_template(path: Path) -> Template:
    """Raises DocumentError for a file that is not there or cannot be read."""
    try:
        with path.open("rb") as file:
            return Template(path.name, file.read(LARGEST + 1))
    except OSError as error:
        raise DocumentError(
            f"模板 {path} 读不了（{error.strerror}）；请检查路径和权限",
            f"the template {path} cannot be read ({error.strerror}): check its path and mode",
        ) from None
