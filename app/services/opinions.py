"""Second opinions that are there, and the questions that are open. docs/opinions.md says what they are worth."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, func, select

from app import linking
from app.linking import Coverage, Judgement, Model, Opinion, Passage, PlanText, PreparedPlan, Quote
from app.models import Link, LinkStatus, OpinionAnswer, OpinionQuestion, OpinionSource, Task
from app.opinions import Checked, Finding, Question, pose, questions
from app.schemas.links import Opinions
from app.schemas.opinions import OpinionEstimate
from app.services.proposals import Side, find_pair
from app.settings import Settings

Key = tuple[int, int]
VERDICTS = {Coverage.FULL: "完全承接", Coverage.PARTIAL: "部分承接", Coverage.NONE: "未承接"}
# Seconds for a question where a model has not answered any yet: what one of some ten thousand million parameters takes
# for a few hundred tokens on one accelerator.
SECONDS_A_QUESTION = 10.0
# Answers from which the time is told: what it took lately.
LATELY = 200
MILLION = 1_000_000
# Databases bound how many values a statement may have.
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Held:
    """An opinion on one task that holds for the texts as they are, with who gave it."""

    finding: Finding
    model: str
    prompt: str
    at: datetime

    @property
    def opinion(self) -> Opinion:
        """As the judge takes it."""
        return Opinion(self.finding.verdict, self.finding.quotes)


@dataclass(frozen=True, slots=True)
class Two:
    """An upper and a lower plan, cut up for judging, and the numbers to judge them by."""

    upper: Side
    lower: Side
    above: PreparedPlan
    below: PreparedPlan
    model: Model

    def words(self) -> Judgement:
        """What the words alone say."""
        return linking.judge(self.above, self.below, self.upper.scopes, self.model)


def held(
    session: Session, plans: tuple[str, str], texts: tuple[PlanText, PlanText], as_of: datetime | None = None
) -> dict[Key, Held]:
    """The opinions on an upper against a lower plan (keys, and texts as they are, or were), by (item, task) numbers.

    What was asked about other texts than these is left out, and what was answered after `as_of`. Of two opinions on a
    task the later one counts.
    """
    found: dict[Key, Held] = {}
    for question, answer in _answered(session, _standing(session, plans, texts)):
        if as_of is not None and answer.at > as_of:
            continue
        for finding in map(_finding, answer.findings):
            found[question.item, finding.task] = Held(finding, answer.model, question.prompt, answer.at)
    return found


def _standing(session: Session, plans: tuple[str, str], texts: tuple[PlanText, PlanText]) -> dict[str, OpinionQuestion]:
    """The questions whose texts have not changed since, by id."""
    query = select(OpinionQuestion).where(
        OpinionQuestion.upper_plan == plans[0], OpinionQuestion.lower_plan == plans[1]
    )
    return {row.id: row for row in session.exec(query.order_by(col(OpinionQuestion.id))) if posed(row, texts)}


def posed(row: OpinionQuestion, texts: tuple[PlanText, PlanText]) -> Question | None:
    """A question on record, made anew from the texts as they are now; None if it would read otherwise."""
    passages = [Passage(number, tuple((start, end) for start, end in ranges)) for number, ranges in row.passages]
    try:
        made = pose(*texts, row.item, row.tasks, passages, row.prompt)
    except (KeyError, FileNotFoundError):
        return None
    return made if made.id == row.id else None


def _answered(
    session: Session, standing: Mapping[str, OpinionQuestion]
) -> Iterator[tuple[OpinionQuestion, OpinionAnswer]]:
    """Questions with their answers, in the order in which these came."""
    ids = sorted(standing)
    rows: list[OpinionAnswer] = []
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        rows += session.exec(select(OpinionAnswer).where(col(OpinionAnswer.question_id).in_(some)))
    for answer in sorted(rows, key=lambda row: row.id or 0):
        yield standing[answer.question_id], answer


def open_questions(
    session: Session, two: Two, *, every: bool, share: float, model: str | None = None
) -> list[Question]:
    """The questions to ask: about the most doubtful tasks, or, with `every`, all of them.

    Without those on which an opinion holds, or that somebody has confirmed; and without those that `model` was asked
    about already, whatever it said.
    """
    words = two.words()
    keys = [(v.item, v.task) for v in words.tasks] if every else linking.doubtful(words, two.upper.scopes, share)
    plans, texts = (two.upper.plan, two.lower.plan), (two.upper.text, two.lower.text)
    done = _confirmed(session, two)
    for question, answer in _answered(session, _standing(session, plans, texts)):
        done |= {(question.item, finding["task"]) for finding in answer.findings}
        if model is not None and answer.asked_model == model:
            done |= {(question.item, task) for task in question.tasks}
    passages = linking.candidates(two.above, two.below, two.upper.scopes, two.model)
    asked: dict[int, list[int]] = {}
    for item, task in keys:
        if (item, task) not in done and item in passages:
            asked.setdefault(item, []).append(task)
    return [question for item in sorted(asked) for question in questions(*texts, item, asked[item], passages[item])]


def _confirmed(session: Session, two: Two) -> set[Key]:
    """The tasks that somebody has confirmed to be taken up."""
    pair = find_pair(session, two.upper.edition_id, two.lower.edition_id)
    if pair is None:
        return set()
    query = select(Task.id).join(Link, col(Link.upper_task_id) == Task.id)
    rows = set(session.exec(query.where(Link.pair_id == pair.id, Link.status == LinkStatus.CONFIRMED)))
    return {key for key, task in two.upper.tasks.items() if task.id in rows}


def estimate(session: Session, settings: Settings, asked: Sequence[Question]) -> OpinionEstimate:
    """What asking would take with the model of the settings."""
    lately = (
        select(OpinionAnswer.ms)
        .where(OpinionAnswer.asked_model == settings.opinion_model, OpinionAnswer.source == OpinionSource.ASKED)
        .order_by(col(OpinionAnswer.id).desc())
        .limit(LATELY)
        .subquery()
    )
    took = session.exec(select(func.avg(lately.c.ms))).one()
    each = float(took) / 1000 if took is not None else SECONDS_A_QUESTION
    tokens_in, tokens_out = sum(one.tokens_in for one in asked), sum(one.tokens_out for one in asked)
    return OpinionEstimate(
        questions=len(asked),
        tasks=sum(len(one.tasks) for one in asked),
        tokens_in=tokens_in,
        tokens_out=tokens_out,
        most_tokens=max((one.tokens_in for one in asked), default=0),
        seconds=round(each * len(asked) / settings.opinion_concurrency, 1),
        cost=cost(settings, tokens_in, tokens_out),
    )


def cost(settings: Settings, tokens_in: int, tokens_out: int) -> float:
    """What tokens cost by the prices of the settings."""
    return round((tokens_in * settings.opinion_price_in + tokens_out * settings.opinion_price_out) / MILLION, 4)


def put_question(session: Session, two: tuple[str, str], question: Question) -> None:
    """Put a question on record, unless it is there."""
    if session.get(OpinionQuestion, (question.id, *two)) is None:
        session.add(
            OpinionQuestion(
                id=question.id,
                upper_plan=two[0],
                lower_plan=two[1],
                item=question.item,
                prompt=question.version,
                tasks=list(question.tasks),
                passages=[[one.item, [list(place) for place in one.ranges]] for one in question.passages],
            )
        )


def findings_of(checked: Checked) -> list[dict[str, Any]]:
    """Findings as they are stored."""
    return [
        {
            "task": one.task,
            "verdict": str(one.verdict),
            "quotes": [[quote.item, quote.start, quote.end] for quote in one.quotes],
            "reason": one.reason,
        }
        for one in checked.findings
    ]


def thrown_of(checked: Checked) -> list[dict[str, Any]]:
    """What was thrown away, as it is stored."""
    return [{"why": str(one.why), "task": one.task, "detail": one.detail} for one in checked.thrown]


def _finding(stored: Mapping[str, Any]) -> Finding:
    quotes = tuple(Quote(*quote) for quote in stored["quotes"])
    return Finding(stored["task"], Coverage(stored["verdict"]), quotes, stored["reason"])


def rationales(words: Judgement, opinions: Mapping[Key, Held]) -> dict[Key, str]:
    """What the two judges said of each task on which there is an opinion, for the links that rest on both."""
    scores = {(verdict.item, verdict.task): verdict.score for verdict in words.tasks}
    return {
        key: f"词句判断 {scores[key]:.2f}；第二意见（{one.model}，提示词 {one.prompt}）：{VERDICTS[one.finding.verdict]}"
        f"{'。' + one.finding.reason if one.finding.reason else ''}"
        for key, one in opinions.items()
        if key in scores
    }


def wanted_of(settings: Settings, given: Opinions | None) -> Opinions:
    """About what is asked: the doubtful ones where a model is configured, unless told otherwise."""
    return given or (Opinions.DOUBTFUL if settings.opinion_url else Opinions.NONE)
