"""`monitor template`: the form that a unit fills in, as a workbook that comes back without a question."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from monitor.commands.common import describe, load_plans, note_export, open_store
from monitor.commands.errors import WrongUse
from monitor.commands.tables import need_output, write_file
from monitor.language import say

if TYPE_CHECKING:
    from monitor.catalogue.base import Language
    from monitor.catalogue.periods import Period
    from monitor.commands.common import Plans
    from monitor.store.store import Store


@click.command(
    short_help=say("生成填报表", "The form to fill"),
    help=describe(
        "生成一个单位一个报告期的填报表（.xlsx）：预填单位、指标、计量单位和已报数据，附上期和上年同期数、审核公式与指标解释；"
        "填好后可直接上传或用 monitor ingest 读入。有数据库时取其中的数据，没有则为空表。",
        "Writes the form of one unit for one period as an .xlsx: names, units, what was sent already, earlier figures"
        " for reference, checks as formulas, definitions. Filled in, it can be uploaded or read with monitor ingest as"
        " it is. Figures come from the store where there is one; else the form is empty.",
        "monitor template --region 320000 --period 2025-Q4 --output 江苏2025年四季度.xlsx",
        "monitor template --region 540000 --period 2025 --form annual --lang en --output form.xlsx",
    ),
)
@click.option(
    "--region", required=True, metavar="CODE", help=say("填报单位的地区代码。", "Code of the reporting unit.")
)
@click.option("--period", required=True, metavar="P", help=say("报告期。", "Reporting period."))
@click.option(
    "--form",
    metavar="ID",
    help=say("表的编码；只有一张表要这一期时可不写。", "Id of the form; needed where several ask for the period."),
)
@click.option(
    "--lang",
    "language",
    type=click.Choice(["zh", "en"]),
    default="zh",
    show_default=True,
    help=say("表的语言。", "Language of the form."),
)
@click.option(
    "--output",
    required=True,
    type=click.Path(path_type=Path),
    metavar="F.xlsx",
    help=say("写到这个 .xlsx 文件。", "Write to this .xlsx file."),
)
def template(region: str, period: str, form: str | None, language: Language, output: Path) -> None:
    from monitor.settings import load_settings

    need_output(output, None)
    if output.suffix.lower() != ".xlsx":
        raise WrongUse(f"--output {output}：填报表是 .xlsx 文件", f"--output {output}: a form is an .xlsx file")
    settings = load_settings()
    when = _period(period)
    plans = load_plans(settings)
    if not settings.store.exists():
        _write(None, plans, region, when, form, language, output)
        return
    with open_store(settings, must_exist=True) as store:
        _write(store, plans, region, when, form, language, output)


def _write(
    store: Store | None,
    plans: Plans,
    region: str,
    period: Period,
    form: str | None,
    language: Language,
    output: Path,
) -> None:
    """Raises WrongUse where there is no such form, OSError."""
    import io

    from monitor.intake.template import TemplateError, write_template

    content = io.BytesIO()
    try:
        write_template(store, plans.catalogues, plans.regions, form, region, period, content, language=language)
    except TemplateError as error:
        option = {"unknown_region": "--region", "unknown_form": "--form", "several_forms": "--form"}
        name = option.get(error.code, "--period")
        raise WrongUse(f"{name}：{error.zh}", f"{name}: {error.en}") from None
    if store is not None:  # what the unit has sent stands in it, accepted or not
        note_export(store, "template", {"region": region, "period": period.code, "form": form}, output)
    write_file(lambda: output.write_bytes(content.getvalue()), output)


def _period(text: str) -> Period:
    from monitor.catalogue.periods import parse_period

    try:
        return parse_period(text)
    except ValueError:
        raise WrongUse(
            f"--period：“{text}”不是报告期；请写成 2023、2023-H1、2023-Q2 或 2023-06",
            f"--period: '{text}' is no period: write 2023, 2023-H1, 2023-Q2 or 2023-06",
        ) from None
