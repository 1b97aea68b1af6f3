"""Second opinions from another network: questions out, and answers in, as files of the chat interface's batch format."""

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session, col, select

from app import linking
from app.db import Database
from app.errors import BadAnswers
from app.models import Judging, LinkRun, OpinionAnswer, OpinionQuestion, OpinionSource, Plan
from app.models.base import now
from app.opinions import (
    Answered,
    Checked,
    NotABatchError,
    Question,
    Thrown,
    Why,
    check,
    question_id,
    read_batch,
    request_line,
)
from app.schemas.links import LinkRunCreate, Opinions
from app.schemas.opinions import OpinionEstimate, OpinionImportRead, OpinionThrown
from app.services import audit, cascades, judges, opinions, proposals, runs
from app.services.audit import Action, Subject
from app.services.opinions import Two
from app.services.plans import current_edition, get_plan
from app.services.runs import Progress
from app.services.terms import rows_of

# The name of a model in a file that is written where none is configured; batch services want one, and it is replaced.
ANY_MODEL = "MODEL"
# What was thrown away is listed as far as somebody reads it; all of it is counted.
MOST_DETAILS = 1000
# An answer has some kilobytes; a province with all its cities has some thousand questions.
MOST_LINES = 100_000

Plans = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which questions are exported: of one upper plan or, without it, of all; `every` task, or the doubtful ones."""

    upper: str | None = None
    every: bool = False


@dataclass(slots=True)
class _Told:
    """What an import says."""

    answers: int = 0
    stored: int = 0
    unchanged: int = 0
    findings: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    thrown: Counter[str] = field(default_factory=Counter)
    details: list[OpinionThrown] = field(default_factory=list)

    def throw(self, question: str, one: Thrown) -> None:
        self.thrown[str(one.why)] += 1
        if len(self.details) < MOST_DETAILS:
            self.details.append(OpinionThrown(question=question, task=one.task, why=str(one.why), detail=one.detail))


def export(database: Database, wanted: Wanted, actor: str, progress: Progress | None = None) -> Iterator[str]:
    """The open questions as lines of a batch, which are put on record before the first of them leaves.

    Raises PlanNotFound. The same store gives the same lines.
    """
    found = list(_open(database, wanted, progress))
    with database.write() as session:
        for plans, question in found:
            opinions.put_question(session, plans, question)
        after = {"upper": wanted.upper, "every": wanted.every, "questions": len(found)}
        subject = (
            Subject("plan", wanted.upper, wanted.upper.partition("-")[0]) if wanted.upper else Subject("store", "all")
        )
        audit.record(session, actor, Action.OPINION_EXPORT, subject, after=after)
    settings = database.settings
    model = settings.opinion_model or ANY_MODEL
    return (request_line(question, *plans, model, settings.opinion_format) for plans, question in found)


def estimate(database: Database, wanted: Wanted, progress: Progress | None = None) -> OpinionEstimate:
    """What the open questions would take; raises PlanNotFound."""
    found = [question for _, question in _open(database, wanted, progress)]
    with database.read() as session:
        return opinions.estimate(session, database.settings, found)


def _open(database: Database, wanted: Wanted, progress: Progress | None) -> Iterator[tuple[Plans, Question]]:
    with database.read() as session:
        if wanted.upper is not None:
            get_plan(session, wanted.upper)
        uppers = [wanted.upper] if wanted.upper else list(session.exec(select(Plan.id).order_by(col(Plan.id))))
    for done, upper in enumerate(uppers):
        if progress:
            progress(done, len(uppers), upper)
        for two in _pairs(database, upper):
            with database.read() as session:
                share = database.settings.opinion_share
                for question in opinions.open_questions(session, two, every=wanted.every, share=share):
                    yield (two.upper.plan, two.lower.plan), question
    if progress:
        progress(len(uppers), len(uppers), "")


def _pairs(database: Database, upper: str) -> Iterator[Two]:
    """An upper plan with each of its cities' plans, ready for judging."""
    with database.read() as session:
        plan = get_plan(session, upper)
        lower = [row.plan.id for row in cascades.members(session, plan) if row.plan]
        above = runs.side(session, upper) if lower else None
        thesaurus = linking.Thesaurus.of(rows_of(session, plan.domain))
        model = judges.model_of(session, plan.domain)
    if above is None:
        return
    prepared = linking.prepare(above.text, thesaurus)
    for key in lower:
        with database.read() as session:
            below = runs.side(session, key)
        yield Two(above, below, prepared, linking.prepare(below.text, thesaurus), model)


def import_answers(database: Database, data: bytes, actor: str, progress: Progress | None = None) -> OpinionImportRead:
    """Take the answers of a batch as far as they hold, and bring the proposals that they are about up to them.

    Answers that are there already change nothing. Raises BadAnswers if no line is an answer.
    """
    told = _Told()
    given = _given(data, told)
    asked = _asked(database, set(map(question_id, given)), progress)
    moments: dict[Plans, datetime] = {}
    with database.write() as session:
        for name, answered in given.items():
            known = asked.get(question_id(name))
            if known is None:
                told.throw(name, Thrown(Why.UNKNOWN_QUESTION))
            elif answered.reply is None:
                told.throw(name, Thrown(Why.FAILED, detail=answered.error))
            else:
                at = _store(session, known, answered, actor, told)
                moments |= {plans: max(at, moments.get(plans, at)) for plans in known}
        digest = hashlib.sha256(data).hexdigest()
        after = {"sha256": digest, "stored": told.stored, "findings": told.findings, "thrown": dict(told.thrown)}
        audit.record(session, actor, Action.OPINION_IMPORT, Subject("store", "opinions"), after=after)
    done = _brought_up(database, moments, actor, progress)
    return OpinionImportRead(
        answers=told.answers,
        stored=told.stored,
        unchanged=told.unchanged,
        findings=told.findings,
        thrown=dict(sorted(told.thrown.items())),
        details=told.details,
        tokens_in=told.tokens_in,
        tokens_out=told.tokens_out,
        link_runs=done,
    )


def _given(data: bytes, told: _Told) -> dict[str, Answered]:
    """The answers of a file by their names; of two to one question the later one."""
    given: dict[str, Answered] = {}
    for number, line in enumerate(read_batch(data.decode("utf-8", errors="replace").split("\n")), 1):
        if isinstance(line, NotABatchError) or number > MOST_LINES:
            detail = str(line) if isinstance(line, NotABatchError) else f"more than {MOST_LINES} lines"
            told.throw("", Thrown(Why.NOT_A_LINE, detail=detail))
            continue
        told.answers += 1
        if line.custom_id in given:
            told.throw(line.custom_id, Thrown(Why.REPEATED))
        given[line.custom_id] = line
    if not given:
        raise BadAnswers
    return given


def _asked(database: Database, ids: set[str], progress: Progress | None) -> dict[str, dict[Plans, Question]]:
    """Questions by id, with the plans whose texts they are still about: those on record, else those open now."""
    found: dict[str, dict[Plans, Question]] = {}
    texts: dict[str, linking.PlanText] = {}
    recorded: set[str] = set()
    with database.read() as session:
        wanted = sorted(ids)
        for start in range(0, len(wanted), 500):
            some = wanted[start : start + 500]
            for row in session.exec(select(OpinionQuestion).where(col(OpinionQuestion.id).in_(some))):
                recorded.add(row.id)
                plans = (row.upper_plan, row.lower_plan)
                for key in plans:
                    texts.setdefault(key, runs.side(session, key).text)
                question = opinions.posed(row, (texts[plans[0]], texts[plans[1]]))
                if question is not None:
                    found.setdefault(row.id, {})[plans] = question
    if ids - recorded:
        # Exported by another store of the same texts: asked in the same words, they are the same questions.
        for every in (False, True):
            for plans, question in _open(database, Wanted(every=every), progress):
                if question.id in ids - recorded:
                    found.setdefault(question.id, {})[plans] = question
    return found


def _store(session: Session, known: dict[Plans, Question], answered: Answered, actor: str, told: _Told) -> datetime:
    """Store an answer unless it is there; gives the moment at which it came."""
    question, reply = next(iter(known.values())), answered.reply
    assert reply is not None  # noqa: S101 - the caller has looked
    checked = check(question, reply.content, refused=reply.refused, cut_off=reply.cut_off)
    _tell(told, answered.custom_id, checked)
    told.tokens_in += reply.tokens_in
    told.tokens_out += reply.tokens_out
    for plans in known:
        opinions.put_question(session, plans, question)
    newest = session.exec(
        select(OpinionAnswer)
        .where(OpinionAnswer.question_id == question.id)
        .order_by(col(OpinionAnswer.id).desc())
        .limit(1)
    ).first()
    if newest is not None and (newest.content, newest.model) == (reply.content, reply.model):
        told.unchanged += 1
        return newest.at
    made = OpinionAnswer(
        question_id=question.id,
        model=reply.model,
        asked_model="",
        source=OpinionSource.IMPORTED,
        findings=opinions.findings_of(checked),
        thrown=opinions.thrown_of(checked),
        content=reply.content,
        tokens_in=reply.tokens_in,
        tokens_out=reply.tokens_out,
        ms=0,
        answered_by=actor,
        at=now(),
    )
    session.add(made)
    session.flush()
    told.stored += 1
    return made.at


def _tell(told: _Told, name: str, checked: Checked) -> None:
    told.findings += len(checked.findings)
    for one in checked.thrown:
        told.throw(name, one)


def _brought_up(database: Database, moments: dict[Plans, datetime], actor: str, progress: Progress | None) -> list[str]:
    """Judge anew the pairs of plans that were last judged before an answer about them came; gives the runs' ids.

    So an import that was broken off behind its answers is done to its end by the next one. A pair that was never judged
    stays so: it will find its opinions when somebody links it.
    """
    late: dict[str, list[str]] = {}
    with database.read() as session:
        for (upper, lower), at in sorted(moments.items()):
            judged = _judged(session, upper, lower)
            if judged is not None and judged < at:
                late.setdefault(upper, []).append(lower)
    done = []
    for upper, lowers in late.items():
        with database.write() as session:
            run = runs.start(session, upper, LinkRunCreate(lower=lowers, opinions=Opinions.NONE), actor)
        done.append(runs.execute(database, run.id, progress).id)
    return done


def _judged(session: Session, upper: str, lower: str) -> datetime | None:
    """When a pair of plans, as they are now, was last begun to be judged; None if it never was."""
    above, below = (current_edition(session, get_plan(session, key)) for key in (upper, lower))
    pair = proposals.find_pair(session, above.id or 0, below.id or 0)
    if pair is None:
        return None
    query = select(LinkRun.started_at, Judging.since).join(Judging, col(Judging.run_id) == LinkRun.id)
    row = session.exec(query.where(Judging.pair_id == pair.id, col(Judging.until).is_(None))).first()
    # A run reads the opinions after it began: what came later may have been too late for it.
    return None if row is None else (row[0] or row[1])
