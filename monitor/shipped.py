"""Where the files that come with the program lie, in a checkout and in an installed wheel alike."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def find_shipped(name: str) -> Path:
    """The shipped file or folder `name`: "indicators.yaml", "data", "data/regions.csv", "data/published_national.csv".

    A wheel carries them inside the package (`monitor/_shipped`, see pyproject.toml); a checkout has them at its top.
    Raises FileNotFoundError when the installation lacks the file.
    """
    for folder in (_PACKAGE / "_shipped", _PACKAGE.parent):
        if (folder / name).exists():
            return folder / name
    raise FileNotFoundError(f"the installation of plan-monitor lacks {name}: install it again")
