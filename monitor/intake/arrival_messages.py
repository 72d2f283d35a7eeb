"""What a file meets on arrival, besides what it holds: codes as in messages.py."""

from __future__ import annotations

from .message import Message

ARRIVAL_MESSAGES: dict[str, Message] = {
    "not_your_unit": Message(
        "error",
        "此行是地区 {text} 的数据，不属于您填报的单位；请删除此行，或由该单位报送",
        "this row is about region {text}, for which you do not report; remove it, or let that unit send it",
    ),
    "period_closed": Message(
        "error",
        "报告期 {period} 的报送已于 {closes_on} 截止；如需补报，请向审核部门申请延期",
        "reporting for {period} closed on {closes_on}; ask the reviewing department for an extension",
    ),
    "form_incomplete": Message(
        "warning",
        "报告期 {period} 的报表要求 {all} 项指标，还有 {n} 项没有数据：{names_zh}；请补报，不适用的填“不适用”",
        "the form for {period} asks for {all} indicators, {n} have no figure: {names_en}; send them, or write"
        " not applicable",
    ),
    "waiting_not_carried": Message(
        "warning",
        "待审核的上一版报送中有 {n} 个数据本文件没有列出，通过本次报送后不会沿用：{names_zh}；如仍有效请一并列出",
        "{n} figures of the revision that waits for review are not in this file and are not carried over: {names_en};"
        " name them too if they still hold",
    ),
    "late": Message(
        "warning",
        "报告期 {period} 应于 {due_on} 前报送，本次为迟报",
        "{period} was due on {due_on}; this report is late",
    ),
}
