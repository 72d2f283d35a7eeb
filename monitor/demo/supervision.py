"""A supervision by data that is under way, and one on site: synthetic, marked so, the same whenever it is made."""

from __future__ import annotations

from datetime import timedelta

from monitor.access.actors import Actor
from monitor.dossier.acts import NewPaper
from monitor.report.desk import Desk
from monitor.supervision.making import request_of
from monitor.supervision.putting_right import Order
from monitor.supervision.request import Request
from monitor.supervision.service import Supervising

UNITS = ("540000", "660000", "220000", "320000", "440000", "510000")
_PERIODS = "2025-Q3, 2025-Q4"
_WRITER, _HEAD = Actor("模拟计划员", "planner"), Actor("模拟负责人", "planner")
_TEXT = "模拟数据：仅供演示"


def load_supervision(desk: Desk) -> None:
    """Two units late, one thing to put right near its deadline and one that waits to be looked at; and a report that
    a unit received on site, within its ten days.
    """
    service = Supervising(desk)
    today = service.today
    given = {
        "title": "2025年下半年规划主要指标数据非现场监督（模拟数据）",
        "purpose": "核查规划主要指标数据报送是否及时、完整、真实，评估存在的问题（模拟数据，仅供演示）。",
        "basis": "模拟依据（仅供演示）",
        "form": f"{desk.current.catalogues[0].plan.id}/quarterly",
        "periods": _PERIODS,
        "format": "填报模板（.xlsx）或长格式 CSV",
        "channel": "登录本系统上传",
        "made_on": (today - timedelta(days=20)).isoformat(),
        "deadline": (today - timedelta(days=5)).isoformat(),
    }
    name = service.create(_WRITER, request_of(desk, given, {"units": UNITS}, today=today))
    service.notify(_WRITER, name, sent_on=today - timedelta(days=19))
    found = service.analyse(_WRITER, name)
    service.find(_WRITER, name, "320000", "模拟数据：报送说明与上期相同，未反映本期变化")
    chosen = [one for one in found if one.kind in ("missing", "late", "returned", "outlier", "unbalanced")]
    own = service.look(_WRITER, name).own
    service.draft(_WRITER, name, [one.key for one in (*chosen, *own)])
    service.issue(_HEAD, name)
    told = service.look(_HEAD, name).issued
    first = {one.unit: one for one in reversed(told.findings)} if told is not None else {}
    due = {"220000": 3, "320000": 14}
    orders = [
        Order(first[unit].key, f"{_TEXT}；查明原因并书面报告", today + timedelta(days=days))
        for unit, days in due.items()
        if unit in first
    ]
    service.order(_HEAD, name, orders)
    service.answer(Actor("模拟填报人（江苏）", "planner"), name, len(orders), f"{_TEXT}；已重新核实并补充说明")
    _on_site(service)


def _on_site(service: Supervising) -> None:
    today = service.today
    made = Request(
        "onsite",
        "参保数据专项现场监督（模拟数据）",
        "模拟数据：核对参保登记与财政补助数据，仅供演示",
        today - timedelta(days=30),
        ("660000",),
    )
    name = service.create(_WRITER, made)
    service.notify(_WRITER, name, sent_on=today - timedelta(days=28))
    report = NewPaper("监督报告（模拟数据）.txt", f"{_TEXT}\n".encode())
    service.deliver(_WRITER, name, "660000", today - timedelta(days=4), [report])
