"""What the verification of a store finds, in words for people."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """`code`: stable snake_case. `entries`: the first and the last entry of the audit log that it is about, None where
    it is about none. `is_fault`: something was changed, is lost, or cannot be told; else only good to know.
    """

    code: str
    zh: str
    en: str
    entries: tuple[int, int] | None = None
    is_fault: bool = True


def span(first: int, last: int) -> tuple[str, str]:
    """`第 3 条`, `entry 3`; `第 3–7 条`, `entries 3–7`."""
    return (
        (f"第 {first} 条", f"entry {first}") if first == last else (f"第 {first}–{last} 条", f"entries {first}–{last}")
    )


def about_entries(code: str, first: int, last: int, zh: str, en: str) -> Finding:
    """`zh` and `en` go on after the entries' numbers."""
    chinese, english = span(first, last)
    return Finding(code, f"审计记录{chinese}{zh}", f"audit {english} {en}", (first, last))
