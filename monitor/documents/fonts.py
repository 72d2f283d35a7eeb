"""The font of a PDF: one that is configured or found is embedded, so that the page looks the same everywhere.

Without any, the page names STSong-Light, one of the fonts that PDF readers bring for Chinese, and embeds nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from .problem import DocumentError

READERS_OWN = "STSong-Light"
FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "/usr/share/plan-monitor/fonts")
# a serif face first: what is filed is printed
KNOWN = (
    "NotoSerifCJK-Regular.ttc", "NotoSerifSC-Regular.otf", "SourceHanSerifSC-Regular.otf",
    "SourceHanSerifCN-Regular.otf",
    "simsun.ttc", "simfang.ttf", "NotoSansCJK-Regular.ttc", "NotoSansSC-Regular.otf", "SourceHanSansSC-Regular.otf",
    "SourceHanSansCN-Regular.otf", "wqy-zenhei.ttc", "wqy-microhei.ttc", "uming.ttc", "ukai.ttc",
    "DroidSansFallbackFull.ttf",
)  # fmt: skip


def find_font(configured: Path | None, folders: Iterable[str] = FOLDERS) -> Path | None:
    """The configured font, else the first known one of the system, else None. Raises DocumentError."""
    if configured is not None:
        if not configured.is_file():
            raise DocumentError(
                f"没有字体文件 {configured}；请改正 MONITOR_PDF_FONT，或去掉这项设置",
                f"there is no font {configured}: correct MONITOR_PDF_FONT, or leave it out",
            )
        return configured
    found: dict[str, Path] = {}
    for folder in folders:
        for path in sorted(Path(folder).rglob("*.[to]t[cf]")) if Path(folder).is_dir() else ():
            found.setdefault(path.name, path)
    return next((found[name] for name in KNOWN if name in found), None)
