"""How many examples a property is tried with, and a part of them in the ordinary run.

Examples differ from run to run, so runs add up; `make faults SHARE=1` tries every property with all of them.
"""

from __future__ import annotations

import os

_SHARE = float(os.environ.get("PROPERTY_SHARE", "0.5"))


def examples(many: int) -> int:
    """Of this many, those of this run."""
    return max(1, round(many * _SHARE))
