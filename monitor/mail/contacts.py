"""Who is written to: a CSV of people with the units they report for or review."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from monitor.catalogue.regions import Regions

ContactRole = Literal["reporter", "reviewer"]
Language = Literal["zh", "en"]

_COLUMNS = {"region_code": "地区代码", "name": "姓名", "email": "邮箱", "language": "语言", "role": "角色"}
_ROLES: Mapping[str, ContactRole] = {
    "reporter": "reporter", "填报": "reporter", "填报人": "reporter",
    "reviewer": "reviewer", "审核": "reviewer", "审核人": "reviewer",
}  # fmt: skip
_LANGUAGES: Mapping[str, Language] = {"": "zh", "zh": "zh", "中文": "zh", "en": "en", "英文": "en"}
_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,250}[A-Za-z0-9])?")
_LONGEST = 1_000_000


class ContactsError(ValueError):
    """The contacts file cannot be used: all faults in one message, each with its row."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(f"{zh} | {en}")
        self.zh, self.en = zh, en


@dataclass(frozen=True)
class Contact:
    """A person. `region_code`: the unit they report for; for a reviewer, the top of the tree they review."""

    region_code: str
    name: str
    email: str
    language: Language
    role: ContactRole


@dataclass(frozen=True)
class Contacts:
    """Everybody in the file."""

    people: tuple[Contact, ...]

    def reporters(self, region: str) -> tuple[Contact, ...]:
        return tuple(one for one in self.people if one.role == "reporter" and one.region_code == region)

    @property
    def reviewers(self) -> tuple[Contact, ...]:
        return tuple(one for one in self.people if one.role == "reviewer")


def by_language(people: Iterable[Contact]) -> dict[Language, list[str]]:
    """Addresses by the language that they are written to in, each address once."""
    found: dict[Language, list[str]] = {}
    for one in people:
        addresses = found.setdefault(one.language, [])
        if one.email not in addresses:
            addresses.append(one.email)
    return found


def load_contacts(path: Path, regions: Regions) -> Contacts:
    """The contacts of a file (UTF-8 or GB18030). Raises ContactsError, OSError."""
    data = path.read_bytes()
    if len(data) > _LONGEST:
        raise ContactsError(f"{path.name}：文件太大", f"{path.name}: the file is too large")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = data.decode("gb18030")
        except UnicodeDecodeError:
            raise ContactsError(
                f"{path.name}：不是 UTF-8 或 GB18030 编码；请另存为 UTF-8",
                f"{path.name}: is neither UTF-8 nor GB18030: save it as UTF-8",
            ) from None
    return parse_contacts(text, path.name, regions)


def parse_contacts(text: str, file: str, regions: Regions) -> Contacts:
    """Contacts of a CSV with the columns region_code, name, email, language, role. Raises ContactsError."""
    try:
        rows = list(csv.reader(io.StringIO(text), strict=True))
    except csv.Error as fault:
        raise ContactsError(f"{file}：不是完好的 CSV（{fault}）", f"{file}: is no sound CSV ({fault})") from None
    names = {label: name for name, zh in _COLUMNS.items() for label in (name, zh)}
    header = [names.get(cell.strip().lower(), "") for cell in rows[0]] if rows else []
    missing = [name for name in _COLUMNS if name not in header and name != "language"]
    if missing:
        raise ContactsError(
            f"{file}：缺少列 {'、'.join(missing)}；表头应为 {','.join(_COLUMNS)}",
            f"{file}: lacks the columns {', '.join(missing)}: its header is {','.join(_COLUMNS)}",
        )
    people: list[Contact] = []
    faults: list[tuple[str, str]] = []
    for number, row in enumerate(rows[1:], start=2):
        if any(cell.strip() for cell in row):
            cells = {name: cell.strip() for name, cell in zip(header, row, strict=False) if name}
            found, wrong = _read(cells, regions)
            people += found
            faults += [(f"第 {number} 行{zh}", f"row {number}: {en}") for zh, en in wrong]
    if faults:
        raise ContactsError(
            f"{file}：{'；'.join(zh for zh, _ in faults)}", f"{file}: {'; '.join(en for _, en in faults)}"
        )
    return Contacts(tuple(people))


def _read(cells: Mapping[str, str], regions: Regions) -> tuple[Sequence[Contact], Sequence[tuple[str, str]]]:
    """One row's contact, or what is wrong with it."""
    wrong: list[tuple[str, str]] = []
    region, email = cells.get("region_code", ""), cells.get("email", "")
    role, language = _ROLES.get(cells.get("role", "").lower()), _LANGUAGES.get(cells.get("language", "").lower())
    name = cells.get("name", "")
    if region not in regions:
        wrong.append((f"没有地区“{region[:20]}”", f"there is no region {region[:20]!r}"))
    if not _EMAIL.fullmatch(email):
        wrong.append((f"“{email[:80]}”不是邮箱地址", f"{email[:80]!r} is no mail address"))
    if role is None:
        wrong.append(("角色应为 reporter 或 reviewer", "the role is reporter or reviewer"))
    if language is None:
        wrong.append(("语言应为 zh 或 en", "the language is zh or en"))
    if not name.isprintable():
        wrong.append(("姓名含有不可见字符", "the name holds characters that cannot be seen"))
    if wrong or role is None or language is None:
        return (), wrong
    return (Contact(region, name, email, language, role),), ()
