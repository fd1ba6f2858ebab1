"""Fields and values of a record as people read them, in Chinese."""

from collections.abc import Iterable, Mapping
from typing import Any

from pipeline.compare.changes import Change, Group, Kind
from pipeline.compare.contrast import Parts, contrast, cut
from pipeline.compare.facts import sort

KINDS: dict[Kind, str] = {"gained": "新增", "lost": "失去", "changed": "改变"}
MARKS: dict[Kind, str] = {"gained": "+", "lost": "−", "changed": "~"}
GROUPS: dict[Group, str] = {"document": "文件", "value": "数值", "finding": "检查发现", "residue": "未归属的数字", "correction": "人工更正"}
COUNTED_FROM = "位置中的页、行、列、字从 1 数起"
NOTHING = "（无）"

_WORDS = {
    "document": "文件", "source": "来源", "path": "路径", "doc_type": "类型",
    "header": "版头", "issuers": "发文机关", "doc_number": "发文字号", "doc_number_parts": "字号各部分", "agency_code": "机关代字", "year": "年份",
    "serial": "顺序号", "title": "标题", "genre": "文种", "recipients_text": "主送原文", "recipients": "主送机关", "issued_on": "成文日期",
    "attachments": "附件", "copied_to_text": "抄送", "printed_by": "印发机关", "printed_on": "印发日期", "published_on": "发布日期",
    "disclosure": "公开选项", "contacts": "联系人", "organization": "单位", "phone": "电话", "email": "邮箱",
    "outline": "目录", "level": "层次", "number": "数字", "citations": "引用文件", "short_name": "简称", "count": "次数",
    "amounts": "金额", "text": "原文", "value": "数值", "unit": "计量单位", "yuan": "折合元", "per": "每", "label": "名目",
    "account_codes": "科目", "code": "代码", "name": "名称", "kind": "种类",
    "transfers": "资金下达", "batch": "批次", "program": "资金", "received_on": "来文日期", "basis": "依据文号",
    "allocations": "分配表", "attachment": "附件号", "columns": "金额列", "rows": "行", "seq": "序号", "adcode": "区划代码", "role": "角色",
    "values": "值", "note": "备注",
    "performance_tables": "绩效表", "region": "地区", "central_authority": "中央主管部门", "local_authority": "地方主管部门",
    "fund_user": "资金使用单位", "finance_department": "财政部门", "authority": "主管部门", "total_score": "总分",
    "funds": "资金情况", "initial_budget": "年初预算数", "budget": "全年预算数", "executed": "全年执行数", "rate": "执行率", "weight": "分值", "score": "得分",
    "management": "资金管理", "aspect": "方面", "situation": "情况", "problems": "问题",
    "goals": "总体目标", "goal": "目标", "completion": "完成情况",
    "indicators": "指标", "level1": "一级指标", "level2": "二级指标", "printed_level1": "所印一级指标", "printed_level2": "所印二级指标",
    "repaired": "归类修正", "remark": "说明", "op": "比较符",
    "statements": "正文指标", "scope": "范围", "indicator": "指标", "actual": "完成值", "target": "目标值", "verdict": "结论", "completion_rate": "完成率",
    "findings": "检查发现", "severity": "程度", "message": "内容", "expected": "应为", "found": "所见", "suggestion": "建议",
    "quantities": "其他数量", "residue": "未归属的数字", "context": "上下文", "links": "关联文件", "relation": "关系", "facts": "事实",
    "corrections": "人工更正", "field": "字段", "original": "原值", "reason": "理由", "who": "更正人", "when": "时间", "status": "状态",
}
CHOICES: Mapping[str, Mapping[str, str]] = {
    "doc_type": {"notice": "通知", "self_evaluation_report": "绩效自评报告", "self_evaluation_table": "自评表", "target_table": "绩效目标表",
                 "allocation_table": "分配表", "other": "其他"},
    "account_codes.kind": {"revenue": "收入科目", "expenditure_function": "支出功能科目", "expenditure_economic": "支出经济科目", "direct_fund_tag": "直达资金标识"},
    "allocations.rows.role": {"item": "明细", "total": "合计", "subtotal": "小计"},
    "performance_tables.kind": {"target": "绩效目标表", "self_evaluation": "自评表"},
    "performance_tables.funds.source": {"total": "总额", "central": "中央", "province": "省级", "city": "市级", "county": "县级", "local": "地方",
                                        "current_year": "当年", "carryover": "结转", "other": "其他"},
    "performance_tables.indicators.values.role": {"target": "目标", "actual": "完成", "baseline": "基期"},
    "links.relation": {"attachment": "附件", "attached_to": "附于"},
    "severity": {"error": "错误", "warning": "警告", "info": "提示"},
    "status": {"applied": "已采用", "confirmed": "已无需要", "conflict": "有冲突", "unplaced": "找不到位置"},
}  # what the values of a field are called, where it has a choice of them
_OWN = {"outline.number": "编号", "header.attachments.number": "附件号", "links.number": "附件号", "transfers.document": "下达文号",
        "performance_tables.funds.source": "资金来源", "account_codes.name": "科目名称"}


def label(field: str) -> str:
    """`amounts.value` → 金额·数值."""
    parts = field.split(".")
    return "·".join(_word(part, ".".join(parts[:n + 1])) for n, part in enumerate(parts))


def _word(part: str, field: str) -> str:
    return _OWN.get(field) or _WORDS.get(part, part)


def nothing(value: Any) -> bool:
    return value is None or value == []


def shown(value: Any, field: str = "") -> str:
    """A value in words; of a quantity what is printed, of another object what it tells; a list of objects that are not printed as one is counted."""
    match value:
        case None | []:
            return NOTHING
        case bool():
            return "是" if value else "否"
        case float() if value.is_integer():
            return str(int(value))
        case {"text": str(text)}:
            return text
        case {}:
            return _object(value, field, value)
        case [*items] if any(isinstance(one, Mapping) and "text" not in one for one in items):
            return f"{len(items)} 项"
        case [*items]:
            return "、".join("—" if one is None else shown(one) for one in items)
    return str(value)


def _object(value: Mapping[str, Any], field: str, keys: Iterable[str]) -> str:
    told = ((key, value.get(key)) for key in keys)
    return "，".join(f"{_word(key, f'{field}.{key}')} {shown(one, f'{field}.{key}')}" for key, one in told if not nothing(one))


def gist(change: Change) -> str:
    """What a fact that is new or gone says beside its name; of a finding the message alone."""
    whole: Mapping[str, Any] = change.old if change.new is None else change.new
    return str(whole.get("message")) if change.group == "finding" else _object(whole, change.field, sort(change.field).told)


def is_whole(change: Change) -> bool:
    """Whether a fact is told as a whole, not a field of it."""
    return isinstance(change.old if change.new is None else change.new, Mapping) and bool(sort(change.field).name)


def sides(change: Change, room: int) -> tuple[Parts, Parts]:
    """Both values in words, shortened to where they differ."""
    old, new = shown(change.old, change.field), shown(change.new, change.field)
    if nothing(change.old) or nothing(change.new):
        return Parts("", cut(old, room), ""), Parts("", cut(new, room), "")
    return contrast(old, new, room)


def good(change: Change) -> bool | None:
    """Whether it is good news; None where nobody can say. A residue or finding that is gone is."""
    return None if change.kind == "changed" or change.group == "correction" else (change.kind == "gained") != (change.group in ("residue", "finding"))


def urgent_first(changes: list[Change]) -> list[Change]:
    """What a reader must see first: losses before changes before gains, and findings and residue after the values."""
    groups, kinds = list(GROUPS), ["lost", "changed", "gained"]
    return sorted(changes, key=lambda c: (groups.index(c.group), kinds.index(c.kind)))
