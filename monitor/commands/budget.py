"""`monitor budget`: performance tables of projects, the sums of the department budget, and self-ratings."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from monitor.commands.common import (
    acting,
    describe,
    need_file,
    note_export,
    open_desk,
    parse_moment,
    refuse_no_moment,
)  # fmt: skip
from monitor.commands.tables import (
    format_option,
    need_output,
    output_option,
    print_frame,
    print_rows,
    write_file,
)  # fmt: skip
from monitor.language import say

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.access.actors import Actor
    from monitor.budget.library import Library
    from monitor.budget.rated import Rated
    from monitor.budget.ratings import Rating
    from monitor.catalogue.problems import CatalogueError
    from monitor.report.desk import Desk

SHIPPED = "data/budget"
_LIST = (
    "project",
    "name",
    "year",
    "mid_term_funds",
    "annual_funds",
    "unit",
    "rows",
    "state",
    "score",
    "grade",
    "synthetic",
)

by_option = click.option("--by", help=say("由谁操作；默认系统用户名。", "Who does it; default: the system's user."))
as_of_option = click.option(
    "--as-of", metavar="TIME", help=say("截至的日期、时间或冻结版本。", "As of a day, a moment or a snapshot.")
)


@dataclass(frozen=True)
class _Open:
    """What a question is asked of; `desk` is None before there is a store."""

    library: Library
    desk: Desk | None
    as_of: datetime | None


@click.group(
    short_help=say("项目支出绩效目标和自评", "Budget performance tables and self-ratings"),
    help=describe(
        "项目支出绩效目标表、部门预算各表的平衡校验、绩效自评。",
        "Performance tables of projects, whether the sums of the department budget agree, and self-ratings.",
        "monitor budget list",
        "monitor budget check",
        "monitor budget show 2020-system",
        "monitor budget rate 2020-system answers.yaml --by 李四",
        "monitor budget submit 2020-system --by 李四",
        "monitor budget accept 2020-system --by 王计划",
        "monitor budget export 2020-system --output target.xlsx",
    ),
)
def budget() -> None:
    """Its commands follow."""


@budget.command(
    "list", help=describe("列出项目及其自评。", "Lists projects with their ratings.", "monitor budget list")
)
@as_of_option
@format_option
def list_(as_of: str | None, format_: str | None) -> None:
    from monitor.budget.ratings import Rating, read_ratings, result
    from monitor.budget.scoring import two_places

    rows = []
    with _opened(as_of) as asked:
        ratings = {} if asked.desk is None else read_ratings(asked.desk, asked.as_of)
        for name, table in asked.library.tables.items():
            rating, shown, grade = ratings.get(name, Rating(name)), "", ""
            synthetic = rating.synthetic
            if asked.desk is not None and rating.state != "none":
                rated = result(asked.desk, asked.library, rating, asked.as_of)
                total, synthetic = rated.total, synthetic or rated.rests_on_synthetic
                ends = [two_places(total.low), two_places(total.high)]
                shown = ends[0] if total.is_known else "—".join(ends)
                grade = "" if total.grade is None else total.grade.name.zh
            funds, project = table.funds, table.project
            values = (name, project.name.zh, project.year, funds.mid_term.total, funds.annual.total, funds.unit,
                      len(table.indicators), rating.state, shown, grade, synthetic)  # fmt: skip
            rows.append(dict(zip(_LIST, values, strict=True)))
    print_rows(rows, _LIST, format_)


@budget.command(
    "show",
    help=describe(
        "一个项目的绩效目标表；有自评时加 --rating 看自评的每一行怎么得分。",
        "A project's table; with --rating how each row of its self-rating is scored.",
        "monitor budget show 2020-system",
        "monitor budget show 2020-system --rating --format csv",
    ),
)
@click.argument("project")
@click.option("--rating", is_flag=True, help=say("看自评。", "Show the self-rating."))
@as_of_option
@format_option
def show(project: str, rating: bool, as_of: str | None, format_: str | None) -> None:
    from monitor.budget.frames import rating_frame, target_frame

    with _opened(as_of, need_store=rating) as asked:
        if not rating:
            print_frame(target_frame(asked.library.table(project)), format_)
            return
        rated, one = _rated(asked, project)
        print_frame(rating_frame(rated, one.state, synthetic=one.synthetic), format_)


@budget.command(
    "check",
    help=describe(
        "核对各表的合计、上下级、增减和勾稽关系，逐条写出算式；有不符时退出码为 1。给出文件时只核对文件的写法。",
        "Checks totals, sub-totals, changes and ties between the tables, each with its arithmetic; exits 1 when one"
        " differs. With a file, checks how the file is written instead.",
        "monitor budget check",
        "monitor budget check my-table.yaml",
    ),
)
@click.argument("file", required=False, type=click.Path(path_type=Path))
@as_of_option
@format_option
def check(file: Path | None, as_of: str | None, format_: str | None) -> int:
    from monitor.budget.findings import findings_frame, findings_of
    from monitor.budget.loading import parse_budget
    from monitor.catalogue.files import read_text
    from monitor.catalogue.problems import CatalogueError

    if file is not None:
        try:
            parse_budget(read_text(need_file(file, "绩效目标文件", "budget file"), file.name), file.name)
        except CatalogueError as error:
            return _print_problems(error)
        click.echo(f"{file}: {say('没有问题', 'no problem')}")
        return 0
    with _opened(as_of) as asked:
        found = findings_of(asked.library)
    print_frame(findings_frame(found), format_)
    wrong = sum(one.outcome != "agrees" for one in found)
    click.echo(say(f"共 {len(found)} 条，不符 {wrong} 条", f"{len(found)} checks, {wrong} do not agree"), err=True)
    return 1 if wrong else 0


@budget.command(
    "load",
    help=describe(
        "载入自己的绩效目标表、部门预算各表或评分办法（文件第一层的 kind 说明是哪一种），从现在起使用。",
        "Puts one's own performance table, department budget or points (the file's `kind` says which) into force.",
        "monitor budget load my-table.yaml --by 王计划",
    ),
)
@click.argument("file", type=click.Path(path_type=Path))
@by_option
def load(file: Path, by: str | None) -> int:
    from monitor.budget.library import load_file
    from monitor.catalogue.files import read_text
    from monitor.catalogue.problems import CatalogueError

    path = need_file(file, "绩效目标文件", "budget file")
    with _opened(None, need_store=True) as asked:
        desk, actor = _acting(asked, by)
        try:
            name = load_file(desk.store, actor, path.name, read_text(path, path.name))
        except CatalogueError as error:
            return _print_problems(error)
    click.echo(f"{name}: {say('已载入', 'loaded')}")
    return 0


@budget.command(
    "rate",
    help=describe(
        "用一个 YAML 文件保存一稿自评（写法见 docs/budget.md）；可附证明材料。",
        "Saves a revision of a self-rating from a YAML file (see docs/budget.md), with papers where there are any.",
        "monitor budget rate 2020-system answers.yaml --by 李四 --paper 决算.pdf",
    ),
)
@click.argument("project")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--paper", "papers", multiple=True, type=click.Path(path_type=Path), help=say("证明材料。", "A paper."))
@by_option
def rate(project: str, file: Path, papers: tuple[Path, ...], by: str | None) -> int:
    from monitor.budget.answers import parse_answers
    from monitor.budget.ratings import save
    from monitor.catalogue.files import read_text
    from monitor.catalogue.problems import CatalogueError
    from monitor.dossier.acts import NewPaper

    path = need_file(file, "自评文件", "file of answers")
    try:
        answers = parse_answers(read_text(path, path.name), path.name)
    except CatalogueError as error:
        return _print_problems(error)
    sent = [NewPaper(one.name, need_file(one, "材料", "paper").read_bytes()) for one in papers]
    with _opened(None, need_store=True) as asked:
        desk, actor = _acting(asked, by)
        saved = save(desk, actor, asked.library, project, answers, sent)
        _tell(asked, project, f"已保存第 {saved.revision} 稿", f"revision {saved.revision} saved")
    return 0


@budget.command(
    "submit",
    help=describe("提交最新一稿自评。", "Submits the newest revision.", "monitor budget submit 2020-system --by 李四"),
)
@click.argument("project")
@by_option
def submit(project: str, by: str | None) -> None:
    from monitor.budget.ratings import submit as submit_now

    with _opened(None, need_store=True) as asked:
        desk, actor = _acting(asked, by)
        submit_now(desk, actor, asked.library, project)
        _tell(asked, project, "已提交", "submitted")


@budget.command(
    "accept",
    help=describe(
        "审定提交的自评，此后不再改动；或用 --return 写明原因退回。不能审定自己填写的。",
        "Accepts what was submitted, which then never moves; or sends it back with --return and a reason. Nobody"
        " accepts what they wrote themselves.",
        "monitor budget accept 2020-system --by 王计划",
        'monitor budget accept 2020-system --by 王计划 --return "第3行请附材料"',
    ),
)
@click.argument("project")
@click.option("--return", "back", metavar="REASON", help=say("退回，写明原因。", "Send it back, with the reason."))
@by_option
def accept(project: str, back: str | None, by: str | None) -> None:
    from monitor.budget.ratings import accept as accept_now
    from monitor.budget.ratings import send_back

    with _opened(None, need_store=True) as asked:
        desk, actor = _acting(asked, by)
        if back is not None:
            send_back(desk, actor, project, back)
            click.echo(f"{project}: {say('已退回', 'sent back')}")
            return
        accept_now(desk, actor, project)
        _tell(asked, project, "已审定", "accepted")


@budget.command(
    "export",
    help=describe(
        "导出绩效目标表，或用 --rating 导出自评表；.xlsx 是官方样式（合并单元格），.csv 一行一个指标。",
        "Exports the table, or with --rating the self-rating; .xlsx in the official form with merged cells, .csv with"
        " one line for each indicator.",
        "monitor budget export 2020-system --output target.xlsx",
        "monitor budget export 2020-system --rating --output rating.csv",
    ),
)
@click.argument("project")
@click.option("--rating", is_flag=True, help=say("导出自评表。", "Export the self-rating."))
@as_of_option
@output_option(required=True)
def export(project: str, rating: bool, as_of: str | None, output: Path) -> None:
    from monitor.budget.book import rating_book, target_book
    from monitor.budget.frames import rating_frame, target_frame
    from monitor.report.export import write_table
    from monitor.report.whole_file import replace_file

    need_output(output, None)
    with _opened(as_of, need_store=rating) as asked:
        table = asked.library.table(project)
        frame, book = target_frame(table), target_book(table)
        if rating:
            rated, one = _rated(asked, project)
            frame = rating_frame(rated, one.state, synthetic=one.synthetic)
            book = rating_book(rated, synthetic=one.synthetic)
        if asked.desk is not None:
            note_export(asked.desk.store, "budget", {"project": project, "rating": rating, "as_of": as_of}, output)
    if output.suffix.lower() == ".xlsx":
        write_file(lambda: replace_file(output, lambda target: target.write_bytes(book)), output)
    else:
        write_file(lambda: write_table(frame, output, {}), output)


@contextmanager
def _opened(as_of: str | None, *, need_store: bool = False) -> Iterator[_Open]:
    """The files in force, over the store where there is one. Raises WrongUse where one is needed and is not."""
    from monitor.budget.library import library
    from monitor.settings import load_settings
    from monitor.shipped import find_shipped

    settings, shipped = load_settings(), find_shipped(SHIPPED)
    refuse_no_moment(as_of, settings)
    if not need_store and not settings.store.exists():
        yield _Open(library(None, shipped), None, None)
        return
    with open_desk(settings, must_exist=True) as desk:
        moment = parse_moment(as_of, settings, desk.store)
        yield _Open(library(desk.store, shipped, moment), desk, moment)


def _acting(asked: _Open, by: str | None) -> tuple[Desk, Actor]:
    assert asked.desk is not None
    return asked.desk, acting(asked.desk.store, asked.desk.current.catalogues, by)


def _rated(asked: _Open, project: str) -> tuple[Rated, Rating]:
    """Raises DossierError for an unknown project."""
    from monitor.budget.ratings import read_rating, result

    assert asked.desk is not None
    asked.library.table(project)
    rating = read_rating(asked.desk, project, asked.as_of)
    return result(asked.desk, asked.library, rating, asked.as_of), rating


def _tell(asked: _Open, project: str, zh: str, en: str) -> None:
    """What was done, what it comes to, and how much is lacking."""
    from monitor.budget.scoring import two_places

    rated, _ = _rated(asked, project)
    total = rated.total
    span = two_places(total.low) if total.is_known else f"{two_places(total.low)}—{two_places(total.high)}"
    if total.grade is not None:
        zh, en = f"{zh}，{span} {total.grade.name.zh}", f"{en}, {span} {total.grade.name.in_language('en')}"
    else:
        zh, en = f"{zh}，{span}", f"{en}, {span}"
    if lacking := len(rated.lacking):
        zh, en = f"{zh}；还缺 {lacking} 处", f"{en}; {lacking} still lacking"
    click.echo(f"{project}: {say(zh, en)}")


def _print_problems(error: CatalogueError) -> int:
    for problem in error.problems:
        place = problem.file if problem.line is None else f"{problem.file}:{problem.line}"
        path = f" {problem.path}:" if problem.path else ""
        click.echo(f"{place}:{path} {say(problem.zh, problem.en)}")
    return 1
