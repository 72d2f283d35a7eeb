"""The questions to the records, filled in. Whatever is filled in was checked before: names and expressions by the
catalogue (record_checks.py), codes and days by their types.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

_SQL = files("monitor.records") / "sql"


@cache
def text_of(name: str) -> str:
    """The text of a question, without its comments."""
    lines = (_SQL / f"{name}.sql").read_text(encoding="utf-8").splitlines()
    return "\n".join(line for line in lines if not line.lstrip().startswith("--"))


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


@dataclass(frozen=True)
class Questions:
    """What is asked of one table for one span of days.

    `figures`: expressions, asked for in this order. `places`: a code's unit. `first` … `last`: the days that count,
    `plan_first` … `plan_last` those of the plan; all included.
    """

    figures: Sequence[str]
    places: Mapping[str, str]
    region: str
    day: str
    key: Sequence[str]
    first: date
    last: date
    plan_first: date
    plan_last: date

    def figures_text(self, *, repeated: bool) -> str:
        """The figures and the counts; `repeated`: some keys come more than once."""
        named = ", ".join(f"{expression} AS _f{number}" for number, expression in enumerate(self.figures))
        return text_of("figures").format(figures=named, placed=self._placed(repeated=repeated))

    def repeated_text(self) -> str:
        return text_of("repeated").format(repeated_keys=self._repeated_keys())

    def examples_text(self, most: int, *, repeated: bool) -> str:
        """The columns `shown`, as texts, of at most so many records of each rule."""
        shown = ", ".join(f"COALESCE(CAST({name} AS STRING), '')" for name in self.shown)
        return text_of("examples").format(shown=shown, placed=self._placed(repeated=repeated), most=most)

    @property
    def shown(self) -> tuple[str, ...]:
        """The columns by which a record is found again."""
        return tuple(dict.fromkeys((*self.key, self.region, self.day)))

    def _placed(self, *, repeated: bool) -> str:
        joined, is_repeated = "", "FALSE"
        if repeated:
            same = " AND ".join(f"again.{name} = r.{name}" for name in self.key)
            joined = f"LEFT JOIN (\n{self._repeated_keys()}\n    ) AS again ON {same}"
            is_repeated = f"again.{self.key[0]} IS NOT NULL"
        return text_of("placed").format(
            places=", ".join(f"('{code}', '{unit}')" for code, unit in self.places.items()),
            region=self.region, day=self.day, first=self.first, last=self.last, plan_first=self.plan_first,
            plan_last=self.plan_last, no_key=self._no_key, repeated=is_repeated, joined=joined,
        )  # fmt: skip

    def _repeated_keys(self) -> str:
        key = ", ".join(f"r.{name}" for name in self.key)
        return text_of("repeated_keys").format(
            key=key, no_key=self._no_key, day=self.day, first=self.first, last=self.last
        )

    @property
    def _no_key(self) -> str:
        return " OR ".join(f"r.{name} IS NULL" for name in self.key) or "FALSE"
