"""Calibrations: learning from a domain's decisions, on record; adopted only where that is for the better."""

from collections import Counter

from sqlalchemy import func
from sqlmodel import Session, col, select

from app.db import Database, lock
from app.errors import CalibrationChanged, CalibrationNotAdopted, CalibrationNotFound
from app.linking import METHOD
from app.linking.calibration import LEAST_ITEMS, LEAST_TASKS, Trial, Verdict, shipped_pairs, trial
from app.models import Calibration, CalibrationOutcome, RunState
from app.models.base import now
from app.pagination import Page, PageRequest
from app.preconditions import Expected
from app.schemas.calibrations import (
    CalibrationCounts,
    CalibrationCreate,
    CalibrationFigures,
    CalibrationRead,
    CalibrationUndo,
    Failed,
)
from app.schemas.links import LinkRunProgress
from app.services import audit, cascades, judges, runs, training
from app.services.audit import Action, Outcome, Subject
from app.services.runs import Progress


def start(session: Session, wanted: CalibrationCreate, actor: str) -> CalibrationRead:
    """Put a calibration on record, queued; `execute` does it."""
    lock(session, "calibrations")
    newest = select(func.coalesce(func.max(Calibration.version), 0)).where(Calibration.domain == wanted.domain)
    row = Calibration(
        id=runs.new_id(),
        domain=wanted.domain,
        version=session.exec(newest).one() + 1,
        dry_run=wanted.dry_run,
        method=METHOD,
        replaces=judges.model_of(session, wanted.domain).digest(),
        started_by=actor,
        owner=runs.owner(),
    )
    session.add(row)
    session.flush()
    after = {"domain": row.domain, "version": row.version, "dry_run": row.dry_run}
    audit.record(session, actor, Action.CALIBRATION_START, _subject(row), after=after)
    return read(session, row)


def _subject(row: Calibration) -> Subject:
    return Subject("calibration", row.id)


def execute(database: Database, key: str, progress: Progress | None = None) -> CalibrationRead:
    """Do a queued calibration. Nothing but its record changes before the end, and all that changes does at once."""
    with database.write(unaudited="the calibration was recorded when it was asked for") as session:
        row = session.get_one(Calibration, key)
        row.state, row.started_at, row.owner, row.seen_at = RunState.RUNNING, now(), runs.owner(), now()
        domain = row.domain
    try:
        with database.read() as session:
            pairs = training.decided_pairs(session, domain)
            # Each pair of plans is a step, and so is the fit.
            total, lowers = len(pairs) + 1, [pair.lower for pair in pairs]
            observed = training.measured(
                session, pairs, lambda lower: _seen(progress, lowers.index(lower), total, lower)
            )
        _note_progress(database, key, total - 1, total)
        _seen(progress, total - 1, total, domain)
        found = trial(observed, shipped_pairs())
    except BaseException as error:
        _fail(database, key, f"{type(error).__name__}: {error}")
        raise
    _seen(progress, total, total, "")
    with database.write() as session:
        # Before anything is looked at: the numbers in use must not change under the comparison.
        lock(session, "calibrations")
        row = session.get_one(Calibration, key)
        row.done = row.total = total
        row.decisions_digest = training.digest(pairs)
        row.reviewers = dict(sum((pair.reviewers for pair in pairs), Counter[str]()))
        _store(session, row, found)
        return read(session, row)


def _seen(progress: Progress | None, done: int, total: int, what: str) -> None:
    if progress:
        progress(done, total, what)


def _note_progress(database: Database, key: str, done: int, total: int) -> None:
    with database.write(unaudited="only the calibration's own progress") as session:
        row = session.get_one(Calibration, key)
        row.done, row.total, row.seen_at = done, total, now()


def _store(session: Session, row: Calibration, found: Trial) -> None:
    before = judges.model_of(session, row.domain).digest()
    row.counts, row.one_sided = dict(found.counts), list(found.one_sided)
    row.failed = [list(one) for one in found.failed]
    if found.model is not None and found.decisions and found.shipped:
        row.numbers, row.model_digest = found.model.as_dict(), found.model.digest()
        row.figures = {
            where: {"before": old, "after": new}
            for where, (old, new) in (("decisions", found.decisions), ("shipped", found.shipped))
        }
        row.figures["decisions"]["without"] = found.without
    row.outcome = _outcome(row, found.verdict, before)
    row.state, row.finished_at, row.seen_at = RunState.SUCCEEDED, now(), now()
    if row.outcome is CalibrationOutcome.ADOPTED:
        # From that moment on by these numbers: what is asked of an earlier one is answered by those before.
        row.finished_at = cascades.touch_domain(session, row.domain)
    session.flush()
    _record(session, row, before)


def _outcome(row: Calibration, verdict: Verdict, in_use: str) -> CalibrationOutcome:
    if verdict is Verdict.TOO_FEW:
        return CalibrationOutcome.TOO_FEW
    if verdict is Verdict.NOT_BETTER:
        return CalibrationOutcome.NOT_BETTER
    if row.model_digest == in_use:
        return CalibrationOutcome.UNCHANGED
    return CalibrationOutcome.BETTER if row.dry_run else CalibrationOutcome.ADOPTED


def _record(session: Session, row: Calibration, before: str) -> None:
    adopted = row.outcome is CalibrationOutcome.ADOPTED
    after = {
        "domain": row.domain,
        "version": row.version,
        "outcome": row.outcome,
        "model": row.model_digest if adopted else before,
        "decisions": row.decisions_digest,
        "error": row.error,
    }
    outcome = Outcome.FAILED if row.state is RunState.FAILED else Outcome.DONE if adopted else Outcome.UNCHANGED
    audit.record(
        session,
        row.started_by,
        Action.CALIBRATION_FINISH,
        _subject(row),
        before={"model": before},
        after=after,
        outcome=outcome,
    )


def _fail(database: Database, key: str, error: str) -> None:
    with database.write() as session:
        _failed(session, session.get_one(Calibration, key), error)


def _failed(session: Session, row: Calibration, error: str) -> None:
    row.state, row.error, row.finished_at = RunState.FAILED, error, now()
    session.flush()
    _record(session, row, judges.model_of(session, row.domain).digest())


def fail_interrupted(database: Database) -> int:
    """Mark calibrations that a stopped process left behind as failed; returns how many. Called at start."""
    with database.write() as session:
        query = select(Calibration).where(col(Calibration.state).in_([RunState.QUEUED, RunState.RUNNING]))
        left = [row for row in session.exec(query) if runs.abandoned(row.owner, row.seen_at)]
        for row in left:
            _failed(session, row, "interrupted: the service stopped before it was done; start it again")
        return len(left)


def undo(session: Session, key: str, wanted: CalibrationUndo, expected: Expected | None, actor: str) -> CalibrationRead:
    """Let an adopted calibration hold no more; what held before it holds again. The record stays.

    Raises CalibrationNotFound, CalibrationChanged, or CalibrationNotAdopted if there is nothing to undo.
    """
    lock(session, "calibrations")
    row = _get(session, key)
    if expected is not None and not expected.met_by(version(row)):
        raise CalibrationChanged(calibration=key)
    if row.outcome is not CalibrationOutcome.ADOPTED or row.undone_at is not None:
        raise CalibrationNotAdopted(calibration=key)
    before = judges.model_of(session, row.domain).digest()
    row.undone_by, row.undone_at, row.undo_reason = actor, cascades.touch_domain(session, row.domain), wanted.reason
    session.flush()
    after = judges.model_of(session, row.domain).digest()
    audit.record(
        session,
        actor,
        Action.CALIBRATION_UNDO,
        _subject(row),
        before={"model": before},
        after={"domain": row.domain, "version": row.version, "model": after, "reason": wanted.reason},
    )
    return read(session, row)


def too_few(counts: CalibrationCounts, *, english: bool) -> str:
    """How many decisions there are, how many are needed, and why."""
    if english:
        return (
            f"{counts.tasks} tasks of {counts.upper_items} upper items are decided; {LEAST_TASKS} of {LEAST_ITEMS} are "
            "needed: with fewer, nobody can tell an improvement from chance. What luoshi seed loaded does not count, nor does what "
            "was decided in one way only (everything confirmed, or only gaps)."
        )
    return (
        f"已有结论的任务 {counts.tasks} 项，涉及上级要点 {counts.upper_items} 条；至少需要 {LEAST_TASKS} 项、{LEAST_ITEMS} 条，"
        "否则分不清改进与偶然。随附的复核结论（luoshi seed）不计在内；只有一种结论（如全部确认）的也不计。"
    )


def newest_adopted(session: Session, domain: str) -> str:
    """The id of the calibration in force; raises CalibrationNotFound if there is none."""
    row = judges.in_force(session, domain)
    if row is None:
        raise CalibrationNotFound(calibration=domain)
    return row.id


def version(row: Calibration | CalibrationRead) -> int:
    """What its `ETag` says: a record changes when it is done, and once more when it is undone."""
    return 1 + (row.finished_at is not None) + (row.undone_at is not None)


def _get(session: Session, key: str) -> Calibration:
    row = session.exec(
        select(Calibration).where(Calibration.id == key).execution_options(populate_existing=True)
    ).first()
    if row is None:
        raise CalibrationNotFound(calibration=key)
    return row


def get(session: Session, key: str) -> CalibrationRead:
    """One calibration; raises CalibrationNotFound."""
    return read(session, _get(session, key))


def page(session: Session, request: PageRequest, domain: str | None) -> Page[CalibrationRead]:
    """Calibrations, newest first."""
    query = select(Calibration).order_by(col(Calibration.id).desc()).limit(request.limit + 1)
    if domain is not None:
        query = query.where(Calibration.domain == domain)
    if after := request.key(str):
        query = query.where(col(Calibration.id) < after[0])
    return request.page([read(session, row) for row in session.exec(query)], lambda row: [row.id])


def read(session: Session, row: Calibration) -> CalibrationRead:
    """A calibration as it is shown."""
    used = judges.in_force(session, row.domain)
    return CalibrationRead(
        id=row.id,
        domain=row.domain,
        version=row.version,
        dry_run=row.dry_run,
        state=row.state,
        progress=LinkRunProgress(done=row.done, total=row.total),
        outcome=row.outcome,
        in_force=used is not None and used.id == row.id,
        failed=[Failed(on=on, figure=figure) for on, figure in row.failed],
        counts=CalibrationCounts(**row.counts) if row.counts else None,
        reviewers=row.reviewers,
        one_sided=row.one_sided,
        decisions_digest=row.decisions_digest,
        figures={where: CalibrationFigures.model_validate(told) for where, told in row.figures.items()},
        method=row.method,
        replaces=row.replaces,
        model_digest=row.model_digest,
        numbers=row.numbers,
        error=row.error,
        started_by=row.started_by,
        created_at=row.created_at,
        started_at=row.started_at,
        finished_at=row.finished_at,
        undone_by=row.undone_by,
        undone_at=row.undone_at,
        undo_reason=row.undo_reason,
    )
