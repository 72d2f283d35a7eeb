"""From an address of the tree to its answer; the page and the rows that are asked for later share it."""

from __future__ import annotations

from datetime import datetime

from monitor.catalogue.periods import Period
from monitor.catalogue.regions import Region
from monitor.report.branches import Branches, TreeAsk, branches
from monitor.report.desk import Desk

from .address import Address
from .matching import best, plain


def tree_answer(desk: Desk, address: Address, period: Period | None, as_of: datetime | None) -> Branches | None:
    """Raises QuestionError for an unknown plan; None for a region that is not in its tree."""
    ask = TreeAsk(address.region, address.level, address.indicator, address.class_, address.asked, address.sort)
    return branches(desk, plan=address.plan, period=period, as_of=as_of, ask=ask, finds=finds)


def finds(region: Region, asked: str) -> bool:
    """By name as written or by its sound (公主岭, gzl, gongzhuling), by the English name, or by how the code begins."""
    text = plain(asked).strip()
    if text.isdigit():
        return region.code.startswith(text) or any(code.startswith(text) for code in region.formerly)
    return best((region.name, region.short_name, region.name_en), text) is not None
