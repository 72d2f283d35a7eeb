"""Everything that can be found, and the finding: pure, made once for each configuration and language."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from monitor.catalogue.models import Indicator, Language
from monitor.catalogue.periods import Period, parse_period
from monitor.report.desk import Configuration

from .address import PageName
from .components.method_parts import (
    AGGREGATES,
    CLASSES_SHOWN,
    EDGES,
    FORMULAS,
    GROWTH_FORMULAS,
    SETTINGS,
)
from .glossary import TERMS
from .matching import MENTIONED, best, plain
from .pages.method import SECTIONS
from .words import Words

Kind = Literal[
    "page", "indicator", "category", "region", "period", "submission", "snapshot", "form", "plan", "method", "word"
]
KINDS: tuple[Kind, ...] = (
    "submission", "period", "indicator", "region", "category", "form", "plan", "page", "snapshot", "method", "word",
)  # fmt: skip
PAGES: tuple[tuple[PageName, str], ...] = (
    ("overview", "nav.overview"), ("matrix", "nav.matrix"), ("tree", "nav.tree"), ("reporting", "nav.reporting"),
    ("quality", "nav.quality"),
    ("compare", "nav.compare"), ("upload", "nav.upload"), ("queue", "nav.queue"), ("catalogue", "nav.catalogue"),
    ("method", "nav.method"), ("me", "nav.who"),
)  # fmt: skip
_NUMBER = re.compile(r"(?:#|第|no\.?\s*|submission\s*|批次\s*)?(\d{1,15})\s*(?:号|號)?")
_QUARTER = re.compile(r"(\d{4})[-\s年]*(?:q|第)?([1-4一二三四])(?:季度?|q)?|q([1-4])[-\s]*(\d{4})")
_CHINESE = {"一": 1, "二": 2, "三": 3, "四": 4}


@dataclass(frozen=True)
class Entry:
    """One thing to be found. `names` are searched first, `texts` only mention it; `changes` go into its address."""

    kind: Kind
    label: str
    note: str
    page: PageName
    item: str = ""
    changes: tuple[tuple[str, str], ...] = ()
    anchor: str = ""
    names: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Hit:
    entry: Entry
    rank: int


@dataclass(frozen=True)
class Index:
    entries: tuple[Entry, ...]

    def search(self, asked: str) -> tuple[Hit, ...]:
        """What is found, best first; of the same rank in the order of the index."""
        text = plain(asked).strip()
        found = []
        for entry in self.entries:
            rank = best((entry.label, *entry.names), text)
            if rank is None and len(text) > 1 and any(text in plain(said) for said in entry.texts):
                rank = MENTIONED
            if rank is not None:
                found.append(Hit(entry, rank))
        return tuple(sorted(found, key=lambda hit: hit.rank))


def number_asked(asked: str) -> int | None:
    """The number of a submission that is asked for: `#756`, `756`, `第756号`."""
    found = _NUMBER.fullmatch(plain(asked).strip())
    return int(found[1]) if found else None


def period_asked(asked: str) -> Period | None:
    """The period that is asked for: `2023`, `2023-Q2`, `2023Q2`, `Q2 2023`, `2023年二季度`, `2023年2季度`."""
    text = plain(asked).strip()
    try:
        return parse_period(text)
    except ValueError:
        found = _QUARTER.fullmatch(text)
    if not found:
        return None
    year, part = (found[1], found[2]) if found[1] else (found[4], found[3])
    return Period.of(int(year), "quarter", _CHINESE.get(part) or int(part))


class _Identity:
    """A configuration by what it is: comparing what two of them say costs more than an index."""

    def __init__(self, one: Configuration) -> None:
        self.one = one

    def __hash__(self) -> int:
        return id(self.one)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Identity) and self.one is other.one


def index_of(configuration: Configuration, plan_id: str, language: Language) -> Index:
    """All but periods, submissions and snapshots, which are asked of the store."""
    return _index(_Identity(configuration), plan_id, language)


@lru_cache(maxsize=16)
def _index(identity: _Identity, plan_id: str, language: Language) -> Index:
    configuration = identity.one
    words = Words(language)
    return Index((
        *_pages(words), *_indicators(configuration, plan_id, words), *_regions(configuration, plan_id, words),
        *_forms(configuration, words), *_plans(configuration, words), *_method(words), *_terms(words),
    ))  # fmt: skip


def _both(key: str, **values: object) -> tuple[str, ...]:
    """A word of the interface in both languages: what people type need not be the page's language."""
    return tuple(Words(language)(key, **values) for language in ("zh", "en"))


def _pages(words: Words) -> list[Entry]:
    return [
        Entry("page", words(key), words("search.kind_page"), page, names=(*_both(key), page)) for page, key in PAGES
    ]


def _indicators(configuration: Configuration, plan_id: str, words: Words) -> list[Entry]:
    """Of the plan that is looked at first, then of the others; each category once."""
    found: list[Entry] = []
    categories: dict[str, Entry] = {}
    for catalogue in sorted(configuration.catalogues, key=lambda one: one.plan.id != plan_id):
        plan = () if catalogue.plan.id == plan_id else (("plan", catalogue.plan.id),)
        for one in catalogue.indicators:
            category = words.text(one.category)
            notes = [words(f"nature.{one.nature}"), category, words.text(catalogue.plan.title) if plan else ""]
            found.append(
                Entry(
                    "indicator", f"{one.number} {words.text(one.name)}", " · ".join(note for note in notes if note),
                    "catalogue" if one.is_context else "indicator", one.id, plan,
                    names=(one.name.zh, one.name.en or "", one.id, one.id.replace("_", " "), str(one.number),
                           *_both("search.indicator_number", n=one.number)),
                    texts=_texts(one),
                )
            )  # fmt: skip
            if one.category is not None and category not in categories:
                changes = (*plan, ("category", category))
                categories[category] = Entry(
                    "category", category, words("search.category_note"), "catalogue", changes=changes,
                    names=(one.category.zh, one.category.en or ""),
                )  # fmt: skip
    return [*found, *categories.values()]


def _texts(one: Indicator) -> tuple[str, ...]:
    """What an indicator is mentioned by, in both languages."""
    parts = (one.definition, one.category, one.source, one.owner)
    return tuple(said for part in parts if part is not None for said in (part.zh, part.en or "") if said)


def _regions(configuration: Configuration, plan_id: str, words: Words) -> list[Entry]:
    regions, root = configuration.regions, configuration.plan(plan_id).plan.region
    own = regions.get(root)
    return [
        Entry("region", words.region(one), f"{one.code} · {words.known('level', one.level)}", "region", one.code,
              names=(one.name, one.short_name, one.name_en, one.code))
        for one in (*([] if own is None else [own]), *regions.descendants(root))
    ]  # fmt: skip


def _forms(configuration: Configuration, words: Words) -> list[Entry]:
    return [
        Entry("form", words.text(form.name), words("search.form_note"), "reporting",
              changes=(("form", form.id), ("plan", catalogue.plan.id)),
              names=(form.name.zh, form.name.en or "", form.id, form.number or ""))
        for catalogue in configuration.catalogues
        for form in catalogue.forms
    ]  # fmt: skip


def _plans(configuration: Configuration, words: Words) -> list[Entry]:
    found = []
    for catalogue in configuration.catalogues:
        plan = catalogue.plan
        names = (plan.title.zh, plan.title.en or "", plan.id, plan.document or "")
        changes = (("plan", plan.id),)
        found.append(
            Entry("plan", words.text(plan.title), plan.document or plan.id, "overview", "", changes, names=names)
        )
    return found


def _method(words: Words) -> list[Entry]:
    """Classes, then the parts of the method page."""
    entries = [
        Entry("method", words.class_name(name), words(f"method.class_{name}"), "method", anchor=f"class-{name}",
              names=(*_both(f"class.{name}"), name, name.replace("_", " ")))
        for name in CLASSES_SHOWN
    ]  # fmt: skip
    parts: tuple[tuple[str, Sequence[str], str], ...] = (
        ("formula", FORMULAS, "formula-"), ("growth", GROWTH_FORMULAS, "growth-"), ("edge", EDGES, "edge-"),
        ("setting", SETTINGS, "setting-"),
    )  # fmt: skip
    for kind, names, prefix in parts:
        for name in names:
            label, said = words(f"method.{kind}_{name}_name"), words(f"method.{kind}_{name}")
            both = _both(f"method.{kind}_{name}_name")
            entries.append(
                Entry("method", label, said, "method", anchor=f"{prefix}{name}", names=(*both, name), texts=(said,))
            )
    entries += [
        Entry("method", words(f"aggregate.{name}"), words(f"method.aggregate_{name}"), "method",
              anchor=f"aggregate-{name}", names=(*_both(f"aggregate.{name}"), name))
        for name in AGGREGATES
    ]  # fmt: skip
    entries += [
        Entry("method", words(f"method.{name}_title"), words("nav.method"), "method", anchor=name,
              names=_both(f"method.{name}_title"))
        for name in SECTIONS
    ]  # fmt: skip
    return entries


def _terms(words: Words) -> list[Entry]:
    found = []
    for place, term in enumerate(TERMS):
        label, note = (term.zh, term.en) if words.language == "zh" else (term.en, term.zh)
        anchor = term.anchor or f"word-{place}"
        found.append(Entry("word", label, note, "method", anchor=anchor, names=(term.zh, term.en)))
    return found
