"""Why? The judge's reasons for a link or a gap, in words that an official understands."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from app import linking
from app.linking import AppliesTo, Factor, Found, PreparedPlan
from app.schemas.opinions import OpinionQuote, OpinionRead
from app.schemas.reasons import AlternativeRead, FactorRead, ReasonsRead, WordRead
from app.services import judges, opinions
from app.services.keys import item_id, item_number, task_id, task_number
from app.services.opinions import Held
from app.services.prepared import prepared, scopes_of

# For each thing the judge weighs: Chinese, English.
FACTORS = {
    "words": (
        "任务中的词在这一句（及其标题）中找到的份额",
        "share of the task's words found in the sentence and title",
    ),
    "amount": ("这一句本身含有的特定词的份量（平方）", "how many telling words the sentence itself holds, squared"),
    "bigrams": ("与任务相同的两字组合的份额（平方）", "share of the task's pairs of characters, squared"),
    "characters": ("与任务相同的单字的份额", "share of the task's characters"),
    "context": ("上下文（标题、同句其他内容）的相符程度", "likeness of the surroundings: title, rest of the sentence"),
    "item": ("所在两条整体的相似程度", "likeness of the two items as a whole"),
    "standing": (
        "这一句与本任务相符的程度，与它最相符的任务相比",
        "how well it fits, beside the task that it fits best",
    ),
    "aim": ("相符的分句本身是承诺，而非引导语", "whether the clause that fits commits to something"),
    "act": ("动作词（建立、完善等）的相符份额", "share of the task's acts (establish, improve) found"),
    "title": ("所在之处是标题", "whether the place is a title"),
    "place": (
        "任务在本条中的先后（靠后的承接较少）",
        "how late the task comes in its item: later ones are taken up less",
    ),
    "likeness": ("两条文字的相似程度", "how alike the two items are"),
    "above": ("在承接上级这一条的各条中相对最好的程度", "beside the lower item that is most like the upper one"),
    "below": ("在下级这一条对应的各条中相对最好的程度", "beside the upper item that is most like the lower one"),
    "evidence": ("其中任务的最佳依据落在这一条的把握", "how surely the best evidence for a task stands here"),
    "opinion": ("第二意见", "the second reader's opinion"),
    "taken": ("其中任一任务在这一条有依据的把握", "how surely any evidence for a task stands here"),
}
SCOPES = {AppliesTo.PROVINCE: ("省级", "the province's own"), AppliesTo.INSTITUTION: ("学校、单位", "an institution's")}
MOST_WORDS = 20  # in order of weight; what comes behind decides nothing


def of_task(
    session: Session,
    upper_task: str,
    lower: str,
    as_of: datetime | None = None,
    *,
    english: bool,
    at: tuple[int, int, int] | None = None,
) -> ReasonsRead | None:
    """Why a task (its id) has its verdict in a lower plan; None if the plans as they are, or were, have no such task.

    `at`: what speaks for this place (item's number, start, end) rather than for the best one.
    """
    upper, item, task = upper_task.partition("/")[0], item_number(upper_task), task_number(upper_task) or 0
    above, below = prepared(session, upper, as_of), prepared(session, lower, as_of)
    model = judges.model_for(session, upper, as_of)
    held = opinions.held(session, (upper, lower), (above.plan, below.plan), as_of)
    given = {key: one.opinion for key, one in held.items()}
    try:
        found = linking.explain(above, below, (item, task), scopes_of(session, upper, as_of), model, given, at=at)
    except KeyError:
        return None
    texts = _texts(below)
    return ReasonsRead(
        summary=_summary(found, english=english),
        score=round(found.place.score, 4) if found.place else 0.0,
        bias=round(found.bias, 4),
        factors=_factors(found.factors, english=english),
        words=[
            WordRead(
                word=word.word,
                weight=round(word.weight, 4),
                share=round(word.share, 4),
                found=word.found,
                upper_term=word.upper_term,
                lower_term=word.lower_term,
                group=word.group,
            )
            for word in found.words[:MOST_WORDS]
        ],
        shared_words=[],
        alternatives=[
            AlternativeRead(
                lower=item_id(lower, place.item) if place.task is None else task_id(lower, place.item, place.task),
                lower_text=texts[place.item][place.start : place.end],
                score=round(place.score, 4),
            )
            for place in found.alternatives
        ],
        opinion=_opinion(held.get((item, task)), lower, texts, found.alone),
    )


def _opinion(held: Held | None, lower: str, texts: dict[int, str], alone: float) -> OpinionRead | None:
    if held is None:
        return None
    quotes = [
        OpinionQuote(lower=item_id(lower, q.item), start=q.start, end=q.end, text=texts[q.item][q.start : q.end])
        for q in held.finding.quotes
    ]
    return OpinionRead(
        verdict=held.finding.verdict,
        reason=held.finding.reason,
        quotes=quotes,
        words_score=round(alone, 4),
        weight=linking.OPINION_WEIGHT,
        model=held.model,
        prompt=held.prompt,
        answered_at=held.at,
    )


def of_items(
    session: Session,
    upper: str,
    lower: str,
    item: int,
    other: int,
    as_of: datetime | None = None,
    *,
    english: bool,
) -> ReasonsRead | None:
    """Why two items are linked; None if the plans as they are, or were, have no such items."""
    above, below = prepared(session, upper, as_of), prepared(session, lower, as_of)
    model = judges.model_for(session, upper, as_of)
    held = opinions.held(session, (upper, lower), (above.plan, below.plan), as_of)
    given = {key: one.opinion for key, one in held.items()}
    try:
        found = linking.explain_items(above, below, item, other, scopes_of(session, upper, as_of), model, given)
    except KeyError:
        return None
    texts = _texts(below)
    shared = "、".join(found.words[:5])
    zh = f"两条整体相似，共有的特定词有：{shared or '无'}；上级这一条有 {len(found.tasks)} 项任务的依据在下级这一条中。"
    en = f"The two share {shared or 'no telling words'}; {len(found.tasks)} of the upper item's tasks find evidence here."
    return ReasonsRead(
        summary=en if english else zh,
        score=round(found.score, 4),
        bias=round(found.bias, 4),
        factors=_factors(found.factors, english=english),
        words=[],
        shared_words=list(found.words),
        alternatives=[
            AlternativeRead(lower=item_id(lower, number), lower_text=_title(texts[number]), score=round(score, 4))
            for number, score in found.alternatives
        ],
        opinion=None,
    )


def _summary(found: linking.Reasons, *, english: bool) -> str:
    """The words that were found and those that were not, the weightiest first."""
    met = [word.word for word in found.words if word.found is not Found.MISSING and not word.borrowed]
    through = [f"{w.word}→{w.lower_term}" for w in found.words if w.found is Found.TERM and w.lower_term != w.word]
    missing = [word.word for word in found.words if word.found is Found.MISSING and not word.borrowed]
    scope = SCOPES.get(found.scope)
    if english:
        parts = [
            f"found: {', '.join(met[:6]) or 'nothing'}",
            f"through the thesaurus: {', '.join(through[:4])}" if through else "",
            f"not found: {', '.join(missing[:6])}" if missing else "",
            f"the task is {scope[1]}, so more is asked for" if scope else "",
        ]
        return "; ".join(part for part in parts if part) + "."
    parts = [
        f"任务中的“{'、'.join(met[:6])}”在最接近之处找到" if met else "任务中的词在最接近之处都没有找到",
        f"其中按词表对应：{'、'.join(through[:4])}" if through else "",
        f"没有找到：{'、'.join(missing[:6])}" if missing else "",
        f"这项任务属于{scope[0]}，因此要求更高" if scope else "",
    ]
    return "；".join(part for part in parts if part) + "。"


def _factors(factors: Sequence[Factor], *, english: bool) -> list[FactorRead]:
    rows = [
        FactorRead(
            name=factor.name,
            label=FACTORS[factor.name][english],
            value=round(factor.value, 4),
            weight=factor.weight,
            contribution=round(factor.contribution, 4),
        )
        for factor in factors
    ]
    return sorted(rows, key=lambda row: (-abs(row.contribution), row.name))


def _texts(prepared: PreparedPlan) -> dict[int, str]:
    return {item.number: item.text for item in prepared.plan.items}


def _title(text: str) -> str:
    return text.partition("。")[0]
