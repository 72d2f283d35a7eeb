"""A user's .docx as a template: read within limits, filled in a sandbox, every mistake told with its place and cure.

A template is a file of the operator's, and it is treated as one that was sent: it may name what the documents hold,
loop over it and compare it, and nothing else.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from typing import Any

from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateSyntaxError, UndefinedError
from jinja2.exceptions import SecurityError
from jinja2.sandbox import SandboxedEnvironment

from .press import LARGEST
from .problem import DocumentError

LARGEST_UNPACKED = 40_000_000
MOST_PARTS = 2_000
MOST_STEPS = 400_000
_MACROS = re.compile(r"vba(Project|Data)|\.bin$|activeX", re.IGNORECASE)
_OUTSIDE = re.compile(rb'<Relationship\b[^>]*TargetMode="External"[^>]*>')
_LINK = re.compile(rb'Type="[^"]*/hyperlink"')
_FIXED = (1980, 1, 1, 0, 0, 0)
_NAMES = re.compile(r"{[{%].*?[%}]}")


class _Sandbox(SandboxedEnvironment):
    """Attributes that begin with _ are closed by jinja2 itself; sums of texts and long work are closed here."""

    intercepted_binops = frozenset({"*", "**", "%"})

    def __init__(self) -> None:
        super().__init__(autoescape=True, undefined=StrictUndefined)
        self.globals.clear()
        self.filters = {name: self.filters[name] for name in ("length", "default", "join", "upper", "lower", "first")}
        self.steps = 0

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        raise SecurityError(f"operator {operator} is not allowed")

    def call(self, context: Any, obj: Any, *args: Any, **kwargs: Any) -> Any:  # jinja2 hands the first over itself
        raise SecurityError("nothing may be called")

    def getattr(self, obj: Any, attribute: str) -> Any:
        self._count()
        return super().getattr(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        self._count()
        return super().getitem(obj, argument)

    def _count(self) -> None:
        self.steps += 1
        if self.steps > MOST_STEPS:
            raise SecurityError("too much work")


def fill(template: bytes, name: str, context: Mapping[str, Any]) -> bytes:
    """The document, the same bytes for the same template and context. Raises DocumentError."""
    check_template(template, name)
    document = DocxTemplate(io.BytesIO(template))
    made = io.BytesIO()
    try:
        document.render(dict(context), _Sandbox(), autoescape=True)
        document.save(made)
    except SecurityError as error:
        raise _mistake(name, error, "用了模板不允许的写法", "uses what a template may not") from None
    except UndefinedError as error:
        raise _mistake(name, error, "用了没有的名称", "names what there is not") from None
    except TemplateSyntaxError as error:
        raise _mistake(name, error, "标记写错了", "has a tag that cannot be read") from None
    except Exception as error:  # whatever three libraries meet in it, it is the template's: the rest is the program's
        raise _mistake(name, error, "不能填写", "cannot be filled in") from None
    return repacked(made.getvalue())


def check_template(template: bytes, name: str) -> None:
    """Refuses what is no .docx, is too large, has macros, or fetches something. Raises DocumentError."""
    if len(template) > LARGEST:
        raise DocumentError(
            f"模板 {name} 超过 {LARGEST // 1_000_000} MB；请去掉图片后再用",
            f"the template {name} is larger than {LARGEST // 1_000_000} MB: take its pictures out",
        )
    try:
        with zipfile.ZipFile(io.BytesIO(template)) as pack:
            parts = pack.infolist()
            names = {part.filename for part in parts}
            if "word/document.xml" not in names or "[Content_Types].xml" not in names:
                raise _no_docx(name)
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_UNPACKED:
                raise DocumentError(
                    f"模板 {name} 解开后过大；请用文字处理软件另存一次，并去掉图片",
                    f"the template {name} is too large when unpacked: save it anew without pictures",
                )
            if macros := next((one for one in sorted(names) if _MACROS.search(one)), None):
                raise DocumentError(
                    f"模板 {name} 带有宏或控件（{macros}）；请另存为不带宏的 .docx",
                    f"the template {name} has macros or controls ({macros}): save it as a .docx without them",
                )
            for one in sorted(names):
                if one.endswith(".rels"):
                    _refuse_outside(pack.read(one), one, name)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, OSError, RuntimeError, NotImplementedError, EOFError):
        raise _no_docx(name) from None


def repacked(content: bytes) -> bytes:
    """A zip with the same parts in the same order, each with a fixed date: the same bytes whenever it is made."""
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as pack,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as again,
    ):
        for part in pack.infolist():
            info = zipfile.ZipInfo(part.filename, _FIXED)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o600 << 16
            again.writestr(info, pack.read(part))
    return made.getvalue()


def _refuse_outside(relations: bytes, part: str, name: str) -> None:
    for found in _OUTSIDE.findall(relations):
        if not _LINK.search(found):
            raise DocumentError(
                f"模板 {name} 引用了文件以外的内容（{part}），如附加模板或链接的图片；请改为嵌入或去掉",
                f"the template {name} refers to something outside itself ({part}), such as an attached template or a"
                " linked picture: embed it or take it out",
            )


def _no_docx(name: str) -> DocumentError:
    return DocumentError(
        f"{name} 不是 Word 文档（.docx）；请用文字处理软件另存为 .docx",
        f"{name} is no Word document (.docx): save it as .docx",
    )


def _mistake(name: str, error: Exception, zh: str, en: str) -> DocumentError:
    """What, where, cure: the words of the template's library are told, its lines of code are not."""
    said = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", str(error)))[:200]
    where = _place(error)
    return DocumentError(
        f"模板 {name} {zh}：{said}{f'；附近文字：{where}' if where else ''}。"
        "请对照说明文档“Templates · 模板”一节的名称表改正",
        f"the template {name} {en}: {said}{f'; near: {where}' if where else ''}."
        " Correct it by the list of names in docs/documents.md",
    )


def _place(error: Exception) -> str:
    lines = [line.strip() for line in getattr(error, "docx_context", ()) if _NAMES.search(line) or line.strip()]
    return " ¦ ".join(line[:80] for line in lines[:4])
