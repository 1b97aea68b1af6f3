"""The rules by which gaps are found, and the sentences that explain one. docs/rules.md describes each of them."""

from datetime import date
from typing import Any

from app.graph import CheckRow, CityRow, Gap

# A word for what is measured where the text has none.
_SOME_TARGET = ("目标", "the target")

# For each kind: the rule's id, and the sentence in Chinese and in English.
RULES = {
    "no_plan": (
        "no-plan",
        "{name}（{adcode}）在本级联的领域和年份前后两年内没有已导入的要点，无法判断是否承接。",
        "{name} ({adcode}) has no imported plan of this domain within two years, so nothing can be said.",
    ),
    "other_period": (
        "other-period",
        "{name}只有{year}年的要点（{plan}），与上级要点的{upper_year}年不是同一年，其承接情况仅供参考，不计入本年度。",
        "{name} only has a plan of {year} ({plan}), not of {upper_year}; what it carries out does not count for this year.",
    ),
    "not_judged": (
        "not-judged",
        "{name}的要点（{plan}）尚未与上级要点比对，请先运行比对（link-runs）。",
        "{name}'s plan ({plan}) has not been linked to the upper plan yet; start a link run.",
    ),
    "missing": (
        "task-missing",
        "在{name}的要点（{plan}）中没有找到承接「{upper_text}」的内容（{task}）；最接近之处的把握只有{closest:.0%}。",
        "Nothing in {name}'s plan ({plan}) takes up 「{upper_text}」 ({task}); the nearest place scores only {closest:.0%}.",
    ),
    "partial": (
        "task-partial",
        "{name}的「{lower_text}」（{lower}）只部分承接了「{upper_text}」（{task}）。",
        "{name}'s 「{lower_text}」 ({lower}) takes up 「{upper_text}」 ({task}) only in part.",
    ),
    "weaker_target": (
        "target-weaker",
        "上级要求{indicator}“{upper_value}”，{name}的「{lower_text}」（{lower}）为“{lower_value}”，低于上级要求（{task}）。",
        (
            "The upper plan asks for “{upper_value}” of {indicator}; {name}'s 「{lower_text}」 ({lower}) has “{lower_value}”, "
            "which is less ({task})."
        ),
    ),
    "later_deadline": (
        "deadline-later",
        (
            "上级要求「{upper_text}」（{task}）最迟 {upper_date} 完成，{name}的「{lower_text}」（{lower}）为“{lower_time}”，"
            "最迟 {lower_date}，晚 {days} 天。"
        ),
        (
            "「{upper_text}」 ({task}) is due by {upper_date}; {name}'s 「{lower_text}」 ({lower}) says “{lower_time}”, by "
            "{lower_date}: {days} days later."
        ),
    ),
    "missing_deadline": (
        "deadline-missing",
        "上级要求「{upper_text}」（{task}）最迟 {upper_date} 完成（“{upper_time}”），{name}的「{lower_text}」（{lower}）没有写明时限。",
        "「{upper_text}」 ({task}) is due by {upper_date} (“{upper_time}”); {name}'s 「{lower_text}」 ({lower}) names no time.",
    ),
    "stale": (
        "task-stale",
        "「{upper_text}」（{task}）由{name}的「{lower_text}」（{lower}）承接，复核之后依据的文字有变化，须重新复核。",
        "「{upper_text}」 ({task}) is taken up by {name}'s 「{lower_text}」 ({lower}); a text has changed since it was reviewed.",
    ),
    "unreviewed": (
        "task-unreviewed",
        "「{upper_text}」（{task}）由{name}的「{lower_text}」（{lower}）承接，但只是机器提出的建议，尚未经人确认。",
        "「{upper_text}」 ({task}) is taken up by {name}'s 「{lower_text}」 ({lower}), but only as proposed, not confirmed.",
    ),
    "orphan": (
        "item-orphan",
        "{name}的「{lower_text}」（{lower}）没有对应的上级任务，属于本地自行安排，仅供了解。",
        "{name}'s 「{lower_text}」 ({lower}) answers to no upper task: an initiative of its own, for information.",
    ),
}


# Of a pair that was judged before a new edition brought tasks that were not there, or changed some.
_PARTLY_JUDGED = (
    "{name}的要点（{plan}）与上级要点比对之后，有一方出了新版本，其中新增或改动的任务尚未比对，请重新运行比对（link-runs）。",
    "Since {name}'s plan ({plan}) was linked, a new edition has brought tasks that were not judged yet; start a link run.",
)


def rule_of(kind: str) -> str:
    """The id of the rule that finds gaps of a kind."""
    return RULES[kind][0]


# The same in a few words, for tables that show both texts beside them.
_SHORT = {
    "missing": "未见承接",
    "partial": "部分承接",
    "weaker_target": "目标低于省级：省“{upper_value}”，市“{lower_value}”",
    "later_deadline": "时限晚于省级：省“{upper_time}”，市“{lower_time}”",
    "missing_deadline": "未写明时限：省“{upper_time}”",
}


def short(gap: Gap, check: CheckRow) -> str:
    """What a gap of a task is, in a few Chinese words with the figures compared."""
    return _SHORT[gap.kind].format(**_figures(gap.kind, check, english=False))


def explanation(gap: Gap, city: CityRow, upper_year: int, check: CheckRow, *, english: bool) -> str:
    """Why this is a gap, with the texts and figures it was computed from."""
    zh, en = _PARTLY_JUDGED if gap.kind == "not_judged" and city.judged else RULES[gap.kind][1:]
    facts: dict[str, object] = {
        "name": gap.name,
        "adcode": gap.adcode,
        "plan": gap.plan,
        "year": city.year,
        "upper_year": upper_year,
        "task": gap.task,
        "upper_text": gap.upper_text,
        "lower_text": gap.lower_text,
        "lower": gap.lower,
        "closest": 1 - gap.score,
    }
    facts |= _figures(gap.kind, check, english=english)
    return (en if english else zh).format(**facts)


def _figures(kind: str, check: CheckRow, *, english: bool) -> dict[str, object]:
    if kind == "weaker_target":
        return _target(check.target_reasons or {}, english=english)
    if kind in {"later_deadline", "missing_deadline"}:
        return _deadline(check.deadline_reasons or {})
    return {}


def _target(reasons: dict[str, Any], *, english: bool) -> dict[str, object]:
    """The pair of numbers that decided."""
    pair = next(pair for pair in reasons["pairs"] if pair["verdict"] == reasons["verdict"])
    return {
        "indicator": pair["indicator"] or _SOME_TARGET[english],
        "upper_value": pair["upper"]["text"],
        "lower_value": pair["lower"]["text"] if pair["lower"] else "–",
    }


def _deadline(reasons: dict[str, Any]) -> dict[str, object]:
    upper, lower = reasons["upper"], reasons["lower"]
    return {
        "upper_date": upper,
        "upper_time": reasons["upper_text"] or "",
        "lower_date": lower,
        "lower_time": reasons["lower_text"] or "",
        "days": (date.fromisoformat(lower) - date.fromisoformat(upper)).days if lower else None,
    }
