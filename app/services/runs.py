"""Link runs: judging an upper plan against its cities' plans, on record, one pair of plans at a time."""

import os
import secrets
import socket
import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from sqlmodel import Session, col, select

from app import linking
from app.db import Database, database_of
from app.errors import LinkRunNotFound, NotAnUpperPlan
from app.models import LinkRun, Plan, RunState
from app.models.base import now
from app.pagination import Page, PageRequest
from app.schemas.links import LinkRunChange, LinkRunCounts, LinkRunCreate, LinkRunOpinions, LinkRunProgress, LinkRunRead
from app.services import audit, cascades, judges, opinion_asking, opinions, proposals
from app.services.audit import Action, Outcome, Subject
from app.services.opinions import Two
from app.services.plans import current_edition, edition_items, get_plan, plan_text, tasks_by_item
from app.services.proposals import Side
from app.services.terms import digest_of, rows_of

# A dry run lists what it would change; nobody reads more, and the record has to stay small.
MAX_CHANGES = 1000
# A process on another host that was silent for this long is gone: a pair of plans takes seconds.
SILENCE = timedelta(hours=1)
# What Linux tells about itself.
_PROC = Path("/proc/self/stat")

# How often a pair is judged anew because a plan of it got a new edition meanwhile.
_TRIES = 5

Progress = Callable[[int, int, str], None]


def start(session: Session, key: str, wanted: LinkRunCreate, actor: str) -> LinkRunRead:
    """Put a link run on record, queued; `execute` does it.

    Raises PlanNotFound, NotAnUpperPlan if a plan named in `lower` is no member of the cascade, and OpinionsOff if a
    second reader is wanted and none is configured.
    """
    plan = get_plan(session, key)
    present = [row.plan.id for row in cascades.members(session, plan) if row.plan]
    for lower in wanted.lower or []:
        get_plan(session, lower)
        if lower not in present:
            raise NotAnUpperPlan(upper=key, lower=lower)
    run = LinkRun(
        id=new_id(),
        plan_id=key,
        lower=present if wanted.lower is None else [lower for lower in present if lower in wanted.lower],
        dry_run=wanted.dry_run,
        method=linking.METHOD,
        model_digest=judges.model_of(session, plan.domain).digest(),
        thesaurus_digest=digest_of(session, plan.domain),
        started_by=actor,
        owner=owner(),
        opinions=opinion_asking.blank(database_of(session).settings, wanted.opinions, dry_run=wanted.dry_run),
    )
    session.add(run)
    session.flush()
    after = {"lower": run.lower, "dry_run": run.dry_run, "method": run.method, "thesaurus": run.thesaurus_digest}
    audit.record(session, actor, Action.LINK_RUN_START, _subject(run), after={"plan": key, **after})
    return read(run)


def _subject(run: LinkRun) -> Subject:
    return Subject("link-run", run.id, run.plan_id.partition("-")[0])


def new_id() -> str:
    """An id that sorts by time: milliseconds since 1970, then chance."""
    return f"{time.time_ns() // 1_000_000:012x}{secrets.token_hex(4)}"


def execute(database: Database, run_id: str, progress: Progress | None = None) -> LinkRunRead:
    """Do a queued run. Each pair is stored by itself, so a run that breaks off has lost nothing but its rest."""
    with database.write(unaudited="the run was recorded when it was asked for") as session:
        run = session.get_one(LinkRun, run_id)
        run.state, run.started_at, run.owner, run.seen_at = RunState.RUNNING, now(), owner(), now()
        # Those in force now: a calibration may have been adopted while the run was waiting.
        model = judges.model_of(session, session.get_one(Plan, run.plan_id).domain)
        run.model_digest = model.digest()
    try:
        with database.read() as session:
            thesaurus = linking.Thesaurus.of(rows_of(session, get_plan(session, run.plan_id).domain))
        above = _prepared(database, run.plan_id, thesaurus)
        asker = opinion_asking.asker_of(database, run)
        for done, lower in enumerate(run.lower):
            beat = partial(progress or _nothing, done, len(run.lower), lower)
            beat()
            ask = partial(asker.ask, beat=beat) if asker else None
            above = _judge_as_they_are(database, run, above, lower, (thesaurus, model), ask)
    except BaseException as error:
        _finish(database, run_id, RunState.FAILED, f"{type(error).__name__}: {error}")
        raise
    if progress:
        progress(len(run.lower), len(run.lower), "")
    return _finish(database, run_id, RunState.SUCCEEDED, None)


class PlansKeepChangingError(RuntimeError):
    """Each time a pair of plans had been judged, one of them had got a new edition."""

    def __init__(self, upper: str, lower: str) -> None:
        super().__init__(f"{upper} and {lower} kept getting new editions while they were judged; start the run again")


_Prepared = tuple[Side, linking.PreparedPlan]
_By = tuple[linking.Thesaurus, linking.Model]


def _nothing(_done: int, _total: int, _what: str) -> None:
    """Progress that nobody looks at."""


def _judge_as_they_are(
    database: Database, run: LinkRun, above: _Prepared, lower: str, by: _By, ask: Callable[[Two], None] | None
) -> _Prepared:
    """Judge a pair, once more if one of the two got a new edition meanwhile; gives the upper plan as it is then.

    `ask` asks a second reader first.
    """
    thesaurus, model = by
    for _ in range(_TRIES):
        below, prepared = _prepared(database, lower, thesaurus)
        two = Two(above[0], below, above[1], prepared, model)
        if ask is not None:
            ask(two)
        if _judge(database, run, two):
            return above
        above = _prepared(database, run.plan_id, thesaurus)
    raise PlansKeepChangingError(run.plan_id, lower)


def _prepared(database: Database, key: str, thesaurus: linking.Thesaurus) -> _Prepared:
    with database.read() as session:
        upper = side(session, key)
    return upper, linking.prepare(upper.text, thesaurus)


def _judge(database: Database, run: LinkRun, two: Two) -> bool:
    """Judge a pair and store what was found, unless one of the two has got a new edition meanwhile."""
    upper, below = two.upper, two.lower
    with database.read() as session:
        held = opinions.held(session, (upper.plan, below.plan), (upper.text, below.text))
    given = {key: one.opinion for key, one in held.items()}
    judgement = linking.judge(two.above, two.below, upper.scopes, two.model, given)
    notes = opinions.rationales(two.words(), held) if held else {}
    with database.write(unaudited="a dry run changes only its own progress" if run.dry_run else None) as session:
        cascades.hold(session, [run.plan_id])
        if not all(_is_current(session, one) for one in (upper, below)):
            # Its links have been carried to the new edition; nothing may be stored beside them.
            return False
        at = None if run.dry_run else cascades.touch(session, run.plan_id)
        current = session.get_one(LinkRun, run.id)
        changes = proposals.store(session, current, (upper, below), judgement, at, notes)
        counts = Counter(change.change for change in changes.rows) + Counter(kept=changes.kept)
        current.counts = dict(Counter(current.counts) + counts)
        current.done += 1
        current.seen_at = now()
        if not run.dry_run:
            audit.record(
                session,
                run.started_by,
                Action.LINK_RUN_PROPOSE,
                Subject("plan", below.plan, below.plan.partition("-")[0]),
                after={
                    "run": run.id,
                    "upper": run.plan_id,
                    "editions": [upper.edition, below.edition],
                    "opinions": len(held),
                    **counts,
                },
            )
        else:
            current.changes = [*current.changes, *(row.model_dump(mode="json") for row in changes.rows)][:MAX_CHANGES]
    return True


def _is_current(session: Session, one: Side) -> bool:
    return session.exec(select(Plan.edition_number).where(Plan.id == one.plan)).one() == one.edition


def side(session: Session, key: str) -> Side:
    """A plan as it is now, as one side of a pair; raises PlanNotFound."""
    plan = get_plan(session, key)
    edition = current_edition(session, plan)
    items = edition_items(session, edition)
    tasks = tasks_by_item(session, items)
    return Side.of(plan, edition, items, tasks, plan_text(items, tasks))


def _finish(database: Database, run_id: str, state: RunState, error: str | None) -> LinkRunRead:
    with database.write() as session:
        run = session.get_one(LinkRun, run_id)
        run.state, run.error, run.finished_at = state, error, now()
        _record_end(session, run, run.started_by)
        return read(run)


def _record_end(session: Session, run: LinkRun, actor: str) -> None:
    audit.record(
        session,
        actor,
        Action.LINK_RUN_FINISH,
        _subject(run),
        after={"plan": run.plan_id, "done": run.done, "counts": run.counts, "error": run.error},
        outcome=Outcome.DONE if run.state is RunState.SUCCEEDED else Outcome.FAILED,
    )


def owner() -> str:
    """This process, among all that may share the store, also among those that had its number before it.

    In a container a service that was killed and started again has the same host name and the same number.
    """
    return f"{socket.gethostname()}:{os.getpid()}:{_began(os.getpid())}"


def _began(pid: int) -> str:
    """When a living process began, in the system's own ticks; empty where the system does not tell, or it has ended."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    # The name, in brackets, may hold anything; state is the first field after it, the start the 20th (proc(5)).
    fields = text.rpartition(")")[2].split()
    return "" if fields[0] == "Z" else fields[19]


def fail_interrupted(database: Database, actor: str) -> int:
    """Mark runs that a stopped process left behind as failed; returns how many. Called at start.

    Another process's run is left alone while that process lives, as far as can be told from here.
    """
    with database.write() as session:
        query = select(LinkRun).where(col(LinkRun.state).in_([RunState.QUEUED, RunState.RUNNING]))
        left = [run for run in session.exec(query) if abandoned(run.owner, run.seen_at)]
        for run in left:
            run.state, run.finished_at = RunState.FAILED, now()
            run.error = "interrupted: the service stopped before the run was done; start it again"
            _record_end(session, run, actor)
        return len(left)


def abandoned(process: str, seen_at: datetime) -> bool:
    """Whether the process that began some work (`owner`) is gone, as far as can be told from here."""
    host, _, rest = process.partition(":")
    if host != socket.gethostname():
        return now() - seen_at > SILENCE
    pid, _, began = rest.partition(":")
    if began and _PROC.exists():
        return _began(int(pid)) != began
    return not _alive(int(pid))


def _alive(pid: int) -> bool:
    if pid == os.getpid():
        # Called at start: what has this process's number was its predecessor's.
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def get(session: Session, key: str, run_id: str) -> LinkRunRead:
    """One run of a plan; raises PlanNotFound or LinkRunNotFound."""
    get_plan(session, key)
    run = session.get(LinkRun, run_id)
    if run is None or run.plan_id != key:
        raise LinkRunNotFound(plan=key, run=run_id)
    return read(run)


def page(session: Session, request: PageRequest, key: str) -> Page[LinkRunRead]:
    """A plan's runs, newest first; raises PlanNotFound."""
    get_plan(session, key)
    query = select(LinkRun).where(LinkRun.plan_id == key).order_by(col(LinkRun.id).desc()).limit(request.limit + 1)
    if after := request.key(str):
        query = query.where(col(LinkRun.id) < after[0])
    return request.page([read(run) for run in session.exec(query)], lambda run: [run.id])


def _duration(run: LinkRun) -> int | None:
    if run.started_at is None or run.finished_at is None:
        return None
    return round((run.finished_at - run.started_at).total_seconds() * 1000)


def read(run: LinkRun) -> LinkRunRead:
    """A run as it is shown."""
    return LinkRunRead(
        id=run.id,
        plan=run.plan_id,
        lower=run.lower,
        dry_run=run.dry_run,
        state=run.state,
        progress=LinkRunProgress(done=run.done, total=len(run.lower)),
        counts=LinkRunCounts(**{name: run.counts.get(name, 0) for name in LinkRunCounts.model_fields}),
        changes=[LinkRunChange(**change) for change in run.changes],
        error=run.error,
        opinions=None if run.opinions is None else LinkRunOpinions.model_validate(run.opinions),
        method=run.method,
        model_digest=run.model_digest,
        thesaurus_digest=run.thesaurus_digest,
        duration_ms=_duration(run),
        started_by=run.started_by,
        created_at=run.created_at,
        started_at=run.started_at,
        finished_at=run.finished_at,
    )
