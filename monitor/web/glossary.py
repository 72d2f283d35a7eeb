"""The words of the field in Chinese and English, as the pages use them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Term:
    """`anchor`: a place on the method page that says more; empty where the word speaks for itself."""

    zh: str
    en: str
    anchor: str = ""


TERMS = (
    Term("规划", "plan"),
    Term("主要指标", "main indicator"),
    Term("约束性", "binding"),
    Term("预期性", "expected"),
    Term("属性", "nature"),
    Term("类别", "category"),
    Term("基期/基数", "baseline", "symbols"),
    Term("目标值", "target", "symbols"),
    Term("年度目标", "annual target", "formulas"),
    Term("计量单位", "unit"),
    Term("指标解释", "definition"),
    Term("统计口径", "statistical scope"),
    Term("数据来源", "source"),
    Term("责任单位", "responsible unit"),
    Term("最新值", "latest value"),
    Term("完成进度", "progress to target", "formulas"),
    Term("时间进度/时序进度", "elapsed time share", "formulas"),
    Term("高于/低于时序进度", "ahead of/behind schedule", "formulas"),
    Term("个百分点", "percentage points", "formulas"),
    Term("同比", "year on year"),
    Term("环比", "period on period"),
    Term("缺口", "gap", "formulas"),
    Term("后续年均需要", "required per year", "formulas"),
    Term("提前实现/已达标", "achieved", "class-achieved"),
    Term("快于时序", "ahead", "class-ahead"),
    Term("达到时序", "on schedule", "class-on_schedule"),
    Term("基本达到时序", "nearly on schedule", "class-nearly"),
    Term("滞后", "behind", "class-behind"),
    Term("低于基期", "below baseline", "class-below_baseline"),
    Term("已达标后回落", "met, then slipped", "class-slipped"),
    Term("期末未达标", "missed", "class-missed"),
    Term("保持", "held", "class-held"),
    Term("未保持", "breached", "class-breached"),
    Term("暂无法判断", "not assessable", "class-not_assessable"),
    Term("暂无数据", "no data", "class-no_data"),
    Term("测算结果", "computed result", "classes"),
    Term("评估结论", "conclusion", "classes"),
    Term("报告期", "reporting period"),
    Term("填报单位", "reporting unit"),
    Term("填报", "fill in"),
    Term("暂存", "save draft"),
    Term("上报", "submit"),
    Term("审核", "check"),
    Term("退回", "return"),
    Term("重报", "resubmit"),
    Term("补报", "late supplement"),
    Term("催报", "chase"),
    Term("迟报", "late"),
    Term("漏报", "missing"),
    Term("通过", "accept"),
    Term("汇总", "aggregate", "aggregates"),
    Term("锁定", "lock"),
    Term("强制性/核实性", "blocking/query", "checks"),
    Term("说明", "explanation"),
    Term("报送率", "completeness"),
    Term("及时率", "timeliness"),
    Term("快报数/公报数/年鉴数", "flash/bulletin/yearbook figure", "edge-vintages"),
    Term("截至", "as of", "edge-vintages"),
    Term("模拟数据", "synthetic data", "edge-synthetic"),
    Term("单位负责人", "head of unit"),
    Term("统计负责人", "statistics officer"),
    Term("填表人", "prepared by"),
    Term("联系电话", "phone"),
    Term("报出日期", "date submitted"),
    Term("差错清单", "error list"),
    Term("年度监测", "annual monitoring"),
    Term("中期评估", "mid-term evaluation"),
    Term("总结评估", "final evaluation"),
)
