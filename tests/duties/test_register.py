"""The shipped register: word for word, every reference leads somewhere, every owner of the catalogue has its duty."""

from __future__ import annotations

import pytest

from monitor.catalogue.loader import Catalogue, load_catalogues, load_regions, parse_catalogues
from monitor.catalogue.problems import CatalogueError
from monitor.catalogue.regions import Regions
from monitor.duties.answers import Finding, Lead, check_register, indicators_of, who_answers
from monitor.duties.loader import load_register, parse_register
from monitor.duties.register import Register
from monitor.shipped import find_shipped

TEXT = find_shipped("data/duties.yaml").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def register() -> Register:
    return load_register(find_shipped("data/duties.yaml"))


@pytest.fixture(scope="module")
def regions() -> Regions:
    return load_regions(find_shipped("data/regions.csv"))


@pytest.fixture(scope="module")
def plan(regions: Regions) -> Catalogue:
    return load_catalogues([find_shipped("indicators.yaml")], regions)[0]


def _findings(register: Register, plan: Catalogue) -> tuple[Finding, ...]:
    return check_register(register, [(plan.plan.id, plan.plan.region, plan.indicators)])


def test_the_duties_of_a_department_are_the_sentences_of_its_paragraph(register: Register) -> None:
    unit = register.unit_named("待遇保障司")
    assert unit is not None
    assert "".join(duty.text.zh for duty in unit.duties) == (
        "拟订医疗保障筹资和待遇政策，统筹城乡医疗保障待遇标准。统筹推进多层次医疗保障体系建设。"
        "建立健全医疗保障关系转移接续制度。组织拟订长期护理保险制度改革方案并组织实施。"
    )
    assert [duty.paragraph.zh for duty in unit.duties] == [f"第四条（三）第{n}句" for n in (1, 2, 3, 4)]
    assert register.source(unit.duties[0].source).title.zh == "国家医疗保障局“三定”规定（自2018年7月30日起施行）"


def test_the_register_holds_what_the_documents_list(register: Register) -> None:
    kinds = [unit.kind for unit in register.units if unit.level == "national"]
    assert (kinds.count("bureau"), kinds.count("department"), kinds.count("centre")) == (1, 7, 2)
    bureau, hainan = register.by_id["bureau"], register.by_id["hainan_bureau"]
    assert [len(one.duties) for one in (bureau, hainan)] == [11, 10]
    assert [len(duty.items) for duty in hainan.duties] == [3, 3, 3, 3, 4, 2, 3, 5, 3, 1]
    assert [len(one.shares) for one in register.boundaries] == [1, 4, 2]
    assert [len(one.basis) for one in register.boundaries] == [0, 3, 3]


def test_the_only_number_is_the_published_one(register: Register) -> None:
    found = [(unit.name.zh, contact.number) for unit in register.units for contact in unit.contacts]
    assert found == [("局待遇保障处", "0898-66531826")]


@pytest.mark.parametrize(
    ("number", "unit", "meant"),
    [
        (1, "待遇保障司", "拟订医疗保障筹资和待遇政策"),
        (6, "待遇保障司", "统筹推进多层次医疗保障体系建设。"),
        (7, "规划财务和法规司", "组织拟订医疗保障工作规划。"),
        (8, "医药服务管理司", "组织推进医保支付方式改革。"),
        (9, "医药价格和招标采购司", "推进招标采购平台建设"),
        (12, "医药价格和招标采购司", "拟订药品、医用耗材的招标采购、配送及结算管理政策并监督实施"),
        (13, "医疗保障事业管理中心", "国家异地就医费用结算及平台建设"),
        (15, "医疗保障事业管理中心", "全国统一的经办管理和信息系统建设"),
    ],
)
def test_every_figure_has_its_unit_and_the_words_it_follows_from(
    register: Register, plan: Catalogue, number: int, unit: str, meant: str
) -> None:
    indicator = next(one for one in plan.indicators if one.number == number)
    found = who_answers(register, indicator, "000000", ["000000"])
    assert found.unit is not None and found.ground is not None
    assert (found.unit.name.zh, found.ground.unit.id) == (unit, found.unit.id)
    assert (found.ground.words or found.ground.duty.text.zh) == meant
    assert found.inferred and found.local is None and found.contact is None
    assert (found.provider is not None) == (number == 7)


def test_the_health_commission_has_the_data_of_indicator_7(register: Register, plan: Catalogue) -> None:
    indicator = plan.indicator("out_of_pocket_share")
    assert indicator is not None
    provider = who_answers(register, indicator, "000000", ["000000"]).provider
    assert provider is not None and (provider.zh, provider.inferred) == ("国家卫生健康委", False)


def test_a_county_of_hainan_is_told_the_provincial_bureau_and_its_number(
    register: Register, plan: Catalogue, regions: Regions
) -> None:
    indicator = plan.indicator("medical_aid_share")
    assert indicator is not None
    found = who_answers(register, indicator, "000000", ["460100", *regions.lineage("460000")])
    assert found.local is not None and found.contact is not None and found.ground is not None
    assert found.ground.unit.name.zh == "待遇保障司"
    assert (found.local.unit.name.zh, found.local.words) == ("海南省医疗保障局", "负责全省城乡医疗救助工作")
    assert found.contact[1].number == "0898-66531826"
    other = who_answers(register, indicator, "000000", regions.lineage("320000"))
    assert (other.local, other.contact, other.is_below) == (None, None, True)


def test_the_shipped_register_and_catalogue_meet(register: Register, plan: Catalogue) -> None:
    assert _findings(register, plan) == ()
    assert len([one for one in register.follows if one.region == "000000"]) == 15
    assert [one.indicator for one in indicators_of(register, register.by_id["services"])] == ["drg_dip_payment_share"]


def test_an_owner_that_the_register_does_not_know_is_a_finding(register: Register, regions: Regions) -> None:
    text = find_shipped("indicators.yaml").read_text(encoding="utf-8")
    text = text.replace("{zh: 医药服务管理司,", "{zh: 医药管理司,")
    text = text.replace("owner: {zh: 医疗保障事业管理中心,", "owner: {zh: 基金监管司,", 1)
    found = _findings(register, parse_catalogues([("indicators.yaml", text)], regions)[0])
    assert [(one.code, one.indicator, one.text) for one in found] == [
        ("unknown_owner", "drg_dip_payment_share", "医药管理司"),
        ("owner_differs", "cross_province_settlement_rate", "基金监管司"),
    ]


def test_a_provincial_plan_is_answered_for_by_its_own_bureau(register: Register, regions: Regions) -> None:
    paths = [find_shipped(name) for name in ("indicators.yaml", "data/plans/example-hainan-14.yaml")]
    nation, hainan = load_catalogues(paths, regions)
    found_both = check_register(register, [(one.plan.id, one.plan.region, one.indicators) for one in (nation, hainan)])
    # of its own indicators nobody has said from which duty they follow
    assert [(one.code, one.plan, one.indicator) for one in found_both] == [
        ("no_duty", "example-hainan-14", "hn_fund_months"), ("no_duty", "example-hainan-14", "hn_care_insured"),
    ]  # fmt: skip
    renamed = hainan.indicator("hn_employee_inpatient_share")
    assert renamed is not None
    found = who_answers(register, renamed, "460000", ["460100", "460000", "000000"])
    assert found.unit is not None and found.ground is not None and found.contact is not None
    assert (found.unit.id, found.ground.words) == ("hainan_bureau", "统筹城乡医疗保障待遇标准")
    assert found.contact[1].number == "0898-66531826"


def test_a_task_led_by_somebody_unknown_is_a_finding(register: Register) -> None:
    leads = [Lead("uhs-14", "000000", "box2-1", "待遇保障司"), Lead("uhs-14", "000000", "box2-2", "信息中心")]
    assert [(one.code, one.indicator, one.text) for one in check_register(register, [], leads)] == [
        ("unknown_lead", "box2-2", "信息中心")
    ]


@pytest.mark.parametrize(
    ("old", "new", "code", "path"),
    [
        ("source: budget_2020", "source: budget_2021", "unknown_id", "duties[0].source"),
        ("duty: services_3", "duty: services_9", "unknown_id", "follows[7].duty"),
        ("words: 国家异地就医费用结算及平台建设", "words: 异地就医直接结算", "not_quoted", "follows[12].words"),
        ('phone: "66531826"', "phone: 请致电", "bad_value", "contacts[0].phone"),
        ("kind: centre", "kind: centr", "bad_value", "kind"),
        ("id: benefits_2", "id: benefits_1", "duplicate_id", "units[3].duties[1].id"),
        ("under: bureau", "unter: bureau", "unknown_key", "unter"),
        ("contact: hainan_benefits", "contact: hainan_tax", "no_contact", "contact"),
        ("indicator: fund_income", "indicator: enrolment_rate", "duplicate_id", "follows[1].indicator"),
    ],
)
def test_a_fault_names_its_line_and_path(old: str, new: str, code: str, path: str) -> None:
    assert old in TEXT
    line = TEXT[: TEXT.index(old)].count("\n") + 1
    with pytest.raises(CatalogueError) as caught:
        parse_register(TEXT.replace(old, new, 1))
    first = caught.value.problems[0]
    assert (first.code, first.line) == (code, line)
    assert first.path.endswith(path)


def test_two_units_of_one_name_are_refused() -> None:
    with pytest.raises(CatalogueError, match="基金监管司"):
        parse_register(TEXT.replace("zh: 待遇保障司", "zh: 基金监管司", 1))


def test_an_empty_register_is_refused() -> None:
    for text in ("", "# 只有注释\n", "units: []\n"):
        with pytest.raises(CatalogueError):
            parse_register(text)
