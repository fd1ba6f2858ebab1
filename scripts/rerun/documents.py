"""The kinds of documents: a notice with its tables, a report, a form or a table alone."""

from collections.abc import Iterator
from datetime import timedelta
from random import Random

from scripts.rerun.subject import Goal, Subject, day, figure, told
from scripts.rerun.tables import Budget, Division, allocation, budget, division, evaluation, rate, result, targets
from scripts.samples.truth import Blank, Document, Line, Page, Part

_ORDINALS = "一二三四五六七八九"


def notice(rng: Random, name: str, odd: bool = False) -> Document:
    """Money moved by prose, with an allocation table and at times a target table. `odd`: its basis is told as few tell it."""
    subject = Subject(rng)
    shared = division(subject)
    _tell_sum(subject, shared)
    captions = [f"{subject.program}分配表", *([f"{subject.program}区域绩效目标表"] if rng.random() < 0.4 else [])]
    parts = [*_opening(subject), Line("body", _moving(subject, shared, odd)), *_topics(subject), Line("body", subject.say(told("wording")["closing"])),
             Blank(1), *_attachments(captions), Blank(2), Line("right", subject["issuer"]), Line("right", subject["issued"]), *_foot(subject),
             Page(), Line("flush", "附件1"), Line("title", captions[0]), Line("right", "单位：万元"), allocation(subject, shared)]
    if captions[1:]:
        parts += [Page(), Line("flush", "附件2"), Line("title", captions[1]), Line("centre", f"（{subject.year}年度）"), targets(subject, _planned(shared, rng))]
    return Document(name, None, tuple(parts))


def _opening(subject: Subject) -> list[Part]:
    """The letterhead, the number, the title, whom it is for."""
    rng, (first, second) = subject.rng, subject.issuers
    title = f"{subject['issuer']}关于{rng.choice(('下达', '下达', '拨付', '安排'))}{subject.program}{rng.choice(('', '预算', '预算指标'))}的通知"
    return [Line("letterhead", first), Line("letterhead", f"{second}文件"), Line("number", subject.document), Line("title", title), Line("flush", f"{_receivers(subject)}：")]


def _tell_sum(subject: Subject, shared: Division) -> None:
    subject.facts |= {"sum": f"{figure(shared.sum)}万元", "spent": f"{figure(shared.sum * 9 // 10)}万元",
                      "parts": "，".join(f"{n}{figure(p)}万元" for n, p in zip(shared.columns, shared.parts(), strict=bool(shared.columns)))}
    subject.facts["accounts"] = subject.say(told("wording")["accounts"])
    subject.facts["use"] = subject.say(told("wording")["use"])


def _planned(shared: Division, rng: Random) -> Budget:
    local = shared.sum * rng.randint(5, 30) // 100
    return Budget(("中央补助", "地方资金"), (shared.sum, local), (shared.sum, local))


def _receivers(subject: Subject) -> str:
    some = subject.rng.choice(("各", "有关")) + ("县（市、区）" if subject.city else subject.rng.choice(("市（州）", "市县")))
    return f"{some}财政局、{subject.office}"


def _moving(subject: Subject, shared: Division, odd: bool) -> str:
    """The paragraph that moves the money."""
    wording = told("wording")
    split = subject.say(wording["split"]) if shared.columns else ""
    return subject.say(wording["told"]["odd" if odd else "usual"]).removesuffix("，") + subject.say(wording["moved"]) + split


def _topics(subject: Subject) -> Iterator[Line]:
    """Headed paragraphs, or running ones that begin with 一是."""
    topics = subject.rng.sample(told("wording")["topics"], subject.rng.randint(2, 5))
    headed = subject.rng.random() < 0.7
    for ordinal, topic in zip(_ORDINALS, topics, strict=False):
        title, said = subject.rng.choice(topic["titles"]), "".join(subject.some(topic["said"], 2, 4))
        if headed:
            yield Line("heading", f"{ordinal}、{title}")
        yield Line("body", said if headed else f"{ordinal}、{title}。{said}")


def _attachments(captions: list[str]) -> list[Part]:
    if not captions[1:]:
        return [Line("body", f"附件：{captions[0]}")]
    return [Line("body", f"附件：1．{captions[0]}"), Line("inset", f"2．{captions[1]}")]


def _foot(subject: Subject) -> list[Part]:
    rng = subject.rng
    found: list[Part] = [Blank(1)]
    if rng.random() < 0.7:
        found.append(Line("flush", rng.choice(("信息公开选项：主动公开", "（此件主动公开）", "信息公开选项：依申请公开"))))
    if rng.random() < 0.6:
        found.append(Line("flush", f"抄送：{rng.choice(('财政部监管局', '本级人大预算工委', '上级主管部门'))}，{rng.choice(('审计部门', '国库支付中心', '预算处'))}。"))
    if rng.random() < 0.6:
        found.append(Line("flush", f"{subject.issuers[0]}办公室　　{day(subject.issued + timedelta(rng.randint(0, 6)))}印发"))
    return found


def report(rng: Random, name: str) -> Document:
    """A self-evaluation in prose, most with their form behind it."""
    subject, given = Subject(rng), budget(rng)
    _tell_budget(subject, given)
    wording = told("wording")["report"]
    signed = subject.issued.replace(year=subject.year + 1, month=3, day=1 + rng.randrange(28))
    parts: list[Part] = [Line("title", f"{subject['place']}{subject.year}年度{subject.fund}绩效自评报告"), Line("body", subject.say(wording["intro"])),
             Line("heading", "一、绩效目标分解下达情况"), Line("body", subject.say(wording["moved"])), Line("body", subject.say(wording["passed"])),
             Line("heading", "二、资金投入和管理情况"), Line("body", subject.say(wording["spent"])), Line("body", _managed(subject)),
             Line("heading", rng.choice(wording["results"])), *_results(subject),
             Line("heading", "四、存在问题和改进措施"), Line("body", "".join(subject.some(wording["problems"], 1, 3) + subject.some(wording["steps"], 1, 3))),
             Line("heading", "五、自评结果应用和公开情况"), Line("body", subject.say(wording["used"])),
             Blank(2), Line("right", subject.issuers[1]), Line("right", day(signed))]
    if rng.random() < 0.75:
        parts += [Page(), Line("flush", "附表"), *_form(subject, given)]
    return Document(name, None, tuple(parts))


def _tell_budget(subject: Subject, given: Budget) -> None:
    (_, planned, spent), *lines = given.lines()
    parts = "，".join(f"{n}{figure(p)}万元" for n, p, _ in lines)
    missed = next((g.name for g in subject.goals if g.met < 0), None)
    subject.facts |= {"sum": f"{figure(planned)}万元", "spent": f"{figure(spent)}万元", "rate": rate(spent, planned), "parts": parts, "upper": f"{figure(given.planned[0])}万元",
                      "split": f"其中：{'，'.join(_divided(subject, given.planned[0]))}。", "notice": f"{subject['issuer']}关于下达{subject.year}年{subject.fund}的通知",
                      "slow": f"“{missed}”未完成目标" if missed else "个别县任务进展不平衡"}


def _divided(subject: Subject, whole: int) -> list[str]:
    """A sum among two uses."""
    part = whole * subject.rng.randint(30, 70) // 100
    return [f"{use}{figure(n)}万元" for use, n in ((subject["first"], part), (subject["second"], whole - part))]


def _managed(subject: Subject) -> str:
    wording = told("wording")
    aspects = subject.rng.sample(sorted(wording["aspects"]), subject.rng.randint(2, 5))
    return subject.say(wording["report"]["managed"]) + "".join(subject.say(wording["aspects"][a]) for a in aspects)


def _results(subject: Subject) -> Iterator[Line]:
    """A heading for each level, a paragraph for each kind of indicator."""
    levels: dict[str, dict[str, list[Goal]]] = {}
    for goal in subject.goals:
        levels.setdefault(goal.level, {}).setdefault(goal.kind, []).append(goal)
    for ordinal, (level, kinds) in zip(_ORDINALS, levels.items(), strict=False):
        yield Line("body", f"（{ordinal}）{level}")
        for number, (kind, goals) in enumerate(kinds.items(), 1):
            yield Line("body", f"{number}．{kind}。{'；'.join(result(g, subject.rng) for g in goals)}。")


def _form(subject: Subject, given: Budget, said: str = "") -> list[Part]:
    return [Line("title", f"{subject.fund}绩效自评表"), *([Line("flush", said)] if said else []), Line("centre", f"（{subject.year}年度）"), evaluation(subject, given)]


def form(rng: Random, name: str) -> Document:
    """A self-evaluation table alone."""
    subject, given = Subject(rng), budget(rng)
    _tell_budget(subject, given)
    said = f"说明：本表反映{subject['place']}{subject.year}年度{subject.fund}{subject['sum']}的使用情况，由{subject.issuers[1]}填报。"
    return Document(name, None, (Line("flush", f"附件{rng.randint(1, 9)}"), *_form(subject, given, said)))


def shares(rng: Random, name: str) -> Document:
    """An allocation table alone, its sum told below the title."""
    subject = Subject(rng)
    shared = division(subject)
    said = f"说明：本表所列资金共计{figure(shared.sum)}万元，由{subject['finance']}会同{subject.office}测算。"
    top = (Line("flush", "附件"), Line("title", f"{subject.program}分配表"), Line("flush", said), Line("right", "单位：万元"))
    return Document(name, None, (*top, allocation(subject, shared)))
