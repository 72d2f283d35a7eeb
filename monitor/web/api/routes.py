"""The table of operations: what the API can do, who may ask, and what can come back."""

from __future__ import annotations

from pydantic import BaseModel

from monitor.access.rights import Action

from . import around, asked, exchange, explaining, keys, reading, regions, sending, told, told_around
from .operations import XLSX, Operation
from .pages import Pages

V1 = "/api/v1"


def _links(pointer: str, *names: str) -> dict[str, dict[str, object]]:
    """Which operations take the number that an answer holds at `pointer`."""
    parameters = {"submission_id": f"$response.body#{pointer}"}
    return {name: {"operationId": name, "parameters": parameters} for name in names}


def operations(tables: Pages) -> tuple[Operation, ...]:
    """All of them, in the order of the document."""
    return (*_figures(tables), *_plans(), *_around(), *_cycle(), *_tokens())


def _get(
    name: str, path: str, zh: str, en: str, run: object, answer: type[BaseModel] | str,
    query: type[BaseModel] | None, action: Action = "read_figures", **more: object,
) -> Operation:  # fmt: skip
    return Operation(
        name, "GET", f"{V1}{path}", "reading", zh, en, action, run, {200: answer}, query=query,  # type: ignore[arg-type]
        **{"faults": (400, 404), "follows": "data", **more},  # type: ignore[arg-type]
    )  # fmt: skip


def _figures(tables: Pages) -> tuple[Operation, ...]:
    return (
        _get(
            "listScorecards", "/scorecards", "评分表：每个指标×地区×报告期的评定", "The judged rows of the plans",
            tables.scorecards, told.ScorecardPage, asked.ScorecardQuery, takes=True,
        ),
        _get(
            "listObservations", "/observations", "已通过的数字，精确值为文本",
            "Accepted figures, exact decimals as text",
            tables.observations, told.ObservationPage, asked.FiguresQuery, takes=True,
        ),
        _get(
            "listHistory", "/history", "每个数字的历次修订", "Every revision of every figure",
            tables.history, told.HistoryPage, asked.FiguresQuery, takes=True, follows="events",
        ),
        _get(
            "getExplanation", "/explanations", "一个数怎么来的：公式、判定、出处，数为精确值",
            "Where one figure comes from: formula, verdict and source, in exact numbers",
            explaining.explanation, explaining.ExplanationAnswer, asked.ExplanationQuery, takes=True,
        ),
        _get(
            "listSubmissions", "/submissions", "历次报送及其状态", "What was sent, and where it stands",
            tables.submissions, told.SubmissionPage, asked.SubmissionsQuery, takes=True, follows="events",
            links=_links("/items/0/submission_id", "getSubmission"),
        ),
        _get(
            "listBoard", "/board", "报送情况：一行一项布置", "Who has sent and who has not, a row a call",
            tables.board, told.BoardPage, asked.BoardQuery, takes=True, follows="events",
        ),
        _get(
            "listRates", "/rates", "报送率、及时率及其公式", "Completeness and timeliness, each with its formula",
            tables.rates, told.RatePage, asked.BoardQuery, takes=True, follows="events",
        ),
        _get(
            "listChanges", "/changes", "两个时点之间的变化及原因", "What changed between two moments, and why",
            tables.changes, told.ChangePage, asked.ChangesQuery, takes=True,
        ),
    )  # fmt: skip


def _plans() -> tuple[Operation, ...]:
    return (
        _get(
            "getSdmxStructure", "/sdmx/structure", "数据的结构定义（SDMX-ML 2.1）",
            "What the data are made of (SDMX-ML 2.1)",
            exchange.structure, exchange.STRUCTURE_MEDIA, asked.AsOfQuery, "read_plan",
        ),
        _get(
            "getSdmxData", "/sdmx/data", "一个指标的数据或目标（SDMX-CSV 2.0）",
            "One indicator's figures or targets (SDMX-CSV 2.0)",
            exchange.data, exchange.DATA_MEDIA, asked.SdmxQuery, takes=True,
        ),
        _get(
            "getTemplate", "/templates", "某单位某期要填的报表", "The workbook that a unit fills in for a period",
            reading.template, XLSX, asked.TemplateQuery, takes=True, follows="nothing",
        ),
        _get(
            "listCatalogues", "/catalogues", "已载入的规划", "The plans that are loaded",
            reading.catalogues, told.CatalogueList, asked.AsOfQuery, "read_plan",
        ),
        _get(
            "getCatalogue", "/catalogues/{plan_id}", "一个规划的指标目录", "One plan with its indicators and forms",
            reading.catalogue, told.CatalogueAnswer, asked.AsOfQuery, "read_plan",
        ),
        _get(
            "listCalls", "/calls", "布置：谁应在何时报送什么", "What is due from whom, and when",
            reading.due, told.CallPage, asked.CallsQuery, "read_plan",
        ),
        _get(
            "listRegions", "/regions", "某日的行政区划树", "The tree of regions on a day",
            regions.regions, regions.RegionPage, regions.RegionsQuery, "read_plan",
        ),
        _get(
            "listSnapshots", "/snapshots", "已冻结的版本；名称可作 as_of", "Frozen moments; a name is good as `as_of`",
            reading.snapshots, told.SnapshotList, None, follows="events", faults=(400,),
        ),
        _get(
            "getMe", "/me", "此令牌代表谁", "Whom the token speaks for",
            keys.me, told.Me, None, "read_plan", follows="nothing", faults=(400,),
        ),
    )  # fmt: skip


def _around() -> tuple[Operation, ...]:
    return (
        _get(
            "listRounds", "/rounds", "评估轮次", "The rounds of evaluation",
            around.rounds, told_around.RoundList, asked.AsOfQuery, follows="events",
        ),
        _get(
            "getRound", "/rounds/{round_id}", "一个评估轮次：各指标的测算结果、自评和评估结论",
            "One round: computed class, self-assessment and conclusion of each indicator",
            around.one_round, told_around.RoundAnswer, asked.AsOfQuery, takes=True, follows="events",
        ),
        _get(
            "listTasks", "/tasks", "重点任务台账", "The ledger of the plan's tasks",
            around.tasks, told_around.TaskList, asked.TasksQuery, takes=True, follows="nothing",
            faults=(400, 404, 409),
        ),
    )  # fmt: skip


def _cycle() -> tuple[Operation, ...]:
    def act(name: str, verb: str, zh: str, en: str, run: object, body: type[BaseModel], action: Action,
            **more: object) -> Operation:  # fmt: skip
        return Operation(
            name, "POST", f"{V1}/submissions/{{submission_id}}/{verb}", "cycle", zh, en, action,
            run, {200: told.SubmissionAnswer}, body=body,  # type: ignore[arg-type]
            **{"faults": (400, 404, 409, 413, 415, 422), **more},  # type: ignore[arg-type]
        )  # fmt: skip

    return (
        Operation(
            "sendFile", "POST", f"{V1}/submissions", "cycle", "报送一个文件（CSV 或 .xlsx）",
            "Send a file (CSV or .xlsx)",
            "send", sending.send, {200: told.Receipt, 201: told.Receipt, 202: told.Receipt},
            query=asked.SendQuery, upload=True, faults=(400, 413, 415, 422, 429),
            links=_links("/submissions/0/submission_id", "getSubmission", "withdraw", "explain"),
        ),
        Operation(
            "getSubmission", "GET", f"{V1}/submissions/{{submission_id}}", "cycle",
            "一次报送：数据、问题、意见与经过", "One submission: cells, notices, remarks and events",
            "read_figures", sending.submission, {200: told.SubmissionAnswer}, takes=True, follows="events",
            faults=(400, 404),
        ),
        Operation(
            "getQueue", "GET", f"{V1}/queue", "cycle", "待审核的报送，按紧急程度",
            "What waits for review, most urgent first",
            "review", sending.queue, {200: told.QueueAnswer}, faults=(400,),
            links=_links("/items/0/submission_id", "getSubmission", "comment", "return", "accept"),
        ),
        Operation(
            "getAnnotated", "GET", f"{V1}/receipts/{{receipt_id}}/annotated", "cycle",
            "自己的文件，问题和意见批注在单元格上", "One's own file with every problem and remark at its cell",
            "send", reading.annotated, {200: XLSX}, query=asked.LanguageQuery, takes=True, faults=(400, 404, 409),
        ),
        act("accept", "accept", "通过", "Accept", sending.accept, asked.AcceptBody, "review", needs_body=False),
        act("return", "return", "退回，写明原因和逐项意见", "Return with the reason and remarks",
            sending.return_, asked.ReturnBody, "review"),
        act("comment", "comment", "逐项意见，仍待审核", "Remarks, while it goes on waiting",
            sending.comment, asked.CommentBody, "review"),
        act("withdraw", "withdraw", "撤回自己的报送", "Take back one's own", sending.withdraw,
            asked.WithdrawBody, "send", needs_body=False),
        act("explain", "explain", "说明核实性问题", "Answer queries", sending.explain, asked.ExplainBody, "send"),
    )  # fmt: skip


def _tokens() -> tuple[Operation, ...]:
    path = f"{V1}/tokens"
    return (
        Operation("listTokens", "GET", path, "tokens", "全部令牌，不含令牌本身", "All tokens, without themselves",
                  "manage_accounts", keys.tokens, {200: told.TokenList}, faults=(400,)),
        Operation("addToken", "POST", path, "tokens", "生成令牌，只显示一次", "Make a token, shown this once",
                  "manage_accounts", keys.add, {201: told.MadeToken}, body=asked.TokenBody,
                  faults=(400, 404, 409, 413, 415)),
        Operation("revokeToken", "POST", path + "/{token_id}/revoke", "tokens", "立即撤销令牌",
                  "Revoke a token at once",
                  "manage_accounts", keys.revoke, {200: told.TokenLine}, faults=(400, 404)),
    )  # fmt: skip
