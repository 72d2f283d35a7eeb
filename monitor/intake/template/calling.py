"""Which call a form is for; what keeps one from being written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from monitor.catalogue.forms import Call, call_of, calls
from monitor.catalogue.problems import suggestion

if TYPE_CHECKING:
    from monitor.catalogue.loader import Catalogue
    from monitor.catalogue.periods import Period
    from monitor.catalogue.regions import Regions


class TemplateError(ValueError):
    """A form that cannot be written. `code` is stable; `zh` and `en` say what and what to do."""

    def __init__(self, code: str, zh: str, en: str) -> None:
        super().__init__(f"{zh} | {en}")
        self.code, self.zh, self.en = code, zh, en


def find_call(
    catalogues: Sequence[Catalogue], regions: Regions, region: str, period: Period, form: str | None = None
) -> Call:
    """The call of a unit for a period: of the form named, else the only one there is.

    Raises TemplateError (unknown_region, unknown_form, no_call, several_forms).
    """
    if region not in regions:
        zh, en = suggestion(region, regions.codes)
        raise TemplateError(
            "unknown_region", f"地区表中没有 {region}{zh}；请写6位代码",
            f"the regions file has no {region}{en}: write its 6 digits",
        )  # fmt: skip
    if form is not None:
        return _named_call(catalogues, regions, region, period, form)
    found = [call for catalogue in catalogues for call in calls(catalogue, regions, region=region, period=period)]
    if not found:
        forms = ", ".join(one.id for catalogue in catalogues for one in catalogue.forms) or "—"
        raise TemplateError(
            "no_call",
            f"没有哪张表要 {region} 报送 {period}；目录中的表：{forms}",
            f"no form asks {region} for {period}; the forms of the catalogue: {forms}",
        )
    if len(found) > 1:
        names = ", ".join(call.form.id for call in found)
        raise TemplateError(
            "several_forms",
            f"{region} {period} 有几张表：{names}；请指明一张",
            f"several forms ask {region} for {period}: {names}; name one",
        )
    return found[0]


def _named_call(catalogues: Sequence[Catalogue], regions: Regions, region: str, period: Period, form: str) -> Call:
    known = {one.id: (catalogue, one) for catalogue in catalogues for one in catalogue.forms}
    if form not in known:
        zh, en = suggestion(form, known)
        shown = ", ".join(known) or "—"
        raise TemplateError(
            "unknown_form",
            f"目录中没有表“{form}”{zh}；有：{shown}",
            f"the catalogue has no form '{form}'{en}; it has: {shown}",
        )
    call = call_of(catalogues, regions, form, region, period)
    if call is None:
        catalogue, one = known[form]
        asked = [when.code for when in one.periods_of(catalogue.plan)]
        shown = ", ".join(asked) if len(asked) < 8 else f"{asked[0]} … {asked[-1]}"
        raise TemplateError(
            "no_call",
            f"表 {form} 不要 {region} 报送 {period}；它的报告期：{shown}",
            f"the form {form} does not ask {region} for {period}; its periods: {shown}",
        )
    return call
