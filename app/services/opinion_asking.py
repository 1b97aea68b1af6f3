"""Asking a second reader in the course of a link run. Each answer is stored when it comes: none is asked for twice."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from pathlib import Path
from typing import Any

import structlog
from sqlmodel import Session

from app.db import Database
from app.errors import OpinionsOff
from app.models import LinkRun, OpinionAnswer, OpinionSource
from app.models.base import now
from app.opinions import VERSION, Chat, Failure, Limits, NoAnswerError, Question, Reply, check
from app.schemas.links import LinkRunOpinions, Opinions
from app.schemas.opinions import OpinionEstimate
from app.services import audit, opinions
from app.services.audit import Action, Subject
from app.services.opinions import Two
from app.settings import Settings

log = structlog.get_logger()

# Questions in a row without an answer, after which no more are asked: the model is away, and the run has to go on.
MOST_FAILURES = 5


def chat_of(settings: Settings) -> Chat:
    """The model that the settings name; raises OpinionsOff if they name none."""
    if not settings.opinion_url:
        raise OpinionsOff
    file = settings.opinion_key_file
    key = settings.opinion_key or (Path(file).read_text(encoding="utf-8").strip() if file else "")
    return Chat(
        settings.opinion_url,
        settings.opinion_model,
        key,
        settings.opinion_ca_file,
        float(settings.opinion_timeout),
        settings.opinion_format,
    )


def blank(settings: Settings, given: Opinions | None, *, dry_run: bool) -> dict[str, Any] | None:
    """The record of a run that asks for opinions, None if it asks for none; raises OpinionsOff where nobody can be asked."""
    wanted = opinions.wanted_of(settings, given)
    if wanted is Opinions.NONE:
        return None
    if not dry_run and not settings.opinion_url:
        raise OpinionsOff
    nothing = OpinionEstimate(questions=0, tasks=0, tokens_in=0, tokens_out=0, most_tokens=0, seconds=0.0, cost=0.0)
    made = LinkRunOpinions(
        wanted=wanted,
        model=settings.opinion_model,
        prompt=VERSION,
        estimate=nothing,
        asked=0,
        answered=0,
        findings=0,
        thrown={},
        failed={},
        left=0,
        stopped=None,
        tokens_in=0,
        tokens_out=0,
        seconds=0.0,
        cost=0.0,
    )
    return made.model_dump(mode="json")


class Asker:
    """What one run asks, pair by pair, within its limits. Threads ask; only the one that holds the asker writes."""

    def __init__(self, database: Database, run: LinkRun, clock: Callable[[], float] = time.monotonic) -> None:
        settings = database.settings
        self._database = database
        self._run = run
        self._clock = clock
        self._said = LinkRunOpinions.model_validate(run.opinions)
        self._chat = None if run.dry_run else chat_of(settings)
        self._limits = Limits(
            settings.opinion_max_questions,
            settings.opinion_max_tokens,
            settings.opinion_max_seconds,
            settings.opinion_concurrency,
        )
        self._until: float | None = None
        self._reserved = 0  # tokens of questions on their way
        self._in_a_row = 0

    def ask(self, two: Two, beat: Callable[[], None]) -> None:
        """Ask what is open between two plans; a dry run only says what it would take. `beat` is called between answers.

        Whatever fails leaves questions open and is on the run's record; the run goes on with what the words say.
        """
        settings = self._database.settings
        with self._database.read() as session:
            asked = opinions.open_questions(
                session,
                two,
                every=self._said.wanted is Opinions.ALL,
                share=settings.opinion_share,
                model=settings.opinion_model or None,
            )
            expected = opinions.estimate(session, settings, asked)
        self._said.estimate = _sum(self._said.estimate, expected)
        if self._chat is None or not asked:
            self._note()
            return
        started = self._clock()
        self._until = self._until or started + self._limits.seconds
        before = self._said.seconds
        rest = iter(asked)
        try:
            self._ask_all(self._chat, rest, two, beat)
        finally:
            self._said.left += sum(1 for _ in rest)
            self._said.seconds = round(before + self._clock() - started, 3)
            self._note()

    def _ask_all(self, chat: Chat, rest: Iterator[Question], two: Two, beat: Callable[[], None]) -> None:
        waiting: dict[Future[Reply], Question] = {}
        with ThreadPoolExecutor(max_workers=self._limits.concurrency, thread_name_prefix="opinion") as threads:
            try:
                while True:
                    while len(waiting) < self._limits.concurrency and (question := self._next(rest)):
                        body = question.body(chat.model, chat.form)
                        waiting[threads.submit(chat.ask, body, self._until)] = question
                    if not waiting:
                        return
                    done, _ = wait(waiting, return_when=FIRST_COMPLETED)
                    for one in done:
                        self._take(two, waiting.pop(one), one)
                    beat()
            finally:
                # Also where the run is broken off: what was asked is paid for, and nobody shall ask it again.
                for one, question in waiting.items():
                    self._take(two, question, one)

    def _next(self, rest: Iterator[Question]) -> Question | None:
        """The next question, unless a limit is reached; one that is held back counts as left."""
        if self._said.stopped:
            return None
        question = next(rest, None)
        if question is None:
            return None
        needed = question.tokens_in + question.tokens_out
        spent = self._said.tokens_in + self._said.tokens_out + self._reserved
        if self._said.asked >= self._limits.questions:
            self._said.stopped = "questions"
        elif spent + needed > self._limits.tokens:
            self._said.stopped = "tokens"
        elif self._until is not None and self._clock() >= self._until:
            self._said.stopped = "seconds"
        if self._said.stopped:
            self._said.left += 1
            return None
        self._said.asked += 1
        self._reserved += needed
        return question

    def _take(self, two: Two, question: Question, answer: Future[Reply]) -> None:
        self._reserved -= question.tokens_in + question.tokens_out
        try:
            reply = answer.result()
        except NoAnswerError as error:
            self._fail(error)
            return
        self._in_a_row = 0
        checked = check(question, reply.content, refused=reply.refused, cut_off=reply.cut_off)
        said = self._said
        said.answered += 1
        said.findings += len(checked.findings)
        said.thrown = dict(Counter(said.thrown) + Counter(str(one.why) for one in checked.thrown))
        # A server that does not count its tokens costs what was expected.
        said.tokens_in += reply.tokens_in or question.tokens_in
        said.tokens_out += reply.tokens_out or question.tokens_out
        said.cost = opinions.cost(self._database.settings, said.tokens_in, said.tokens_out)
        plans = (two.upper.plan, two.lower.plan)
        with self._database.write() as session:
            opinions.put_question(session, plans, question)
            session.add(
                OpinionAnswer(
                    question_id=question.id,
                    model=reply.model,
                    asked_model=self._said.model,
                    source=OpinionSource.ASKED,
                    findings=opinions.findings_of(checked),
                    thrown=opinions.thrown_of(checked),
                    content=reply.content,
                    tokens_in=reply.tokens_in,
                    tokens_out=reply.tokens_out,
                    ms=reply.ms,
                    answered_by=self._run.started_by,
                )
            )
            self._store(session)
            audit.record(
                session,
                self._run.started_by,
                Action.OPINION_ANSWER,
                Subject("plan", plans[1], plans[1].partition("-")[0]),
                after={
                    "run": self._run.id,
                    "upper": plans[0],
                    "item": question.item,
                    "question": question.id,
                    "model": reply.model,
                    "prompt": question.version,
                    "findings": len(checked.findings),
                    "thrown": [str(one.why) for one in checked.thrown],
                },
            )

    def _fail(self, error: NoAnswerError) -> None:
        said = self._said
        said.failed = dict(Counter(said.failed) + Counter([str(error.failure)]))
        self._in_a_row += 1
        log.warning("opinion_failed", run=self._run.id, error=str(error))
        if error.failure is Failure.REFUSED or self._in_a_row >= MOST_FAILURES:
            said.stopped = said.stopped or str(error)[:300]
        self._note()

    def _note(self) -> None:
        with self._database.write(unaudited="a run's own progress") as session:
            self._store(session)

    def _store(self, session: Session) -> None:
        run = session.get_one(LinkRun, self._run.id)
        run.opinions, run.seen_at = self._said.model_dump(mode="json"), now()


def _sum(one: OpinionEstimate, other: OpinionEstimate) -> OpinionEstimate:
    """Two estimates together."""
    values = {name: getattr(one, name) + getattr(other, name) for name in OpinionEstimate.model_fields}
    values["most_tokens"] = max(one.most_tokens, other.most_tokens)
    return OpinionEstimate(**values)


def asker_of(database: Database, run: LinkRun) -> Asker | None:
    """Who asks for a run; None if it asks for nothing."""
    return Asker(database, run) if run.opinions else None
