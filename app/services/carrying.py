"""Carrying what was judged and decided of an edition over to the next one, in the transaction that brings it.

docs/editions.md says what becomes of what.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from app.documents.changes import Correspondence, Place, correspond
from app.models import Edition, Judging, Link, LinkStatus, Pair, Plan, TaskScore
from app.services import audit, cascades, changes, gap_carrying, link_store, moves, stale_reasons
from app.services.audit import Action, Subject
from app.services.moves import Ends, Move
from app.services.stale_reasons import End, Source

# How many ids an audit entry lists; the links' versions have all of them.
_MOST_NAMED = 200


@dataclass(frozen=True, slots=True)
class _Step:
    """From one edition of a plan to the next: the rows of both, and what became of each item and task."""

    source: Source
    old: Ends
    new: Ends
    found: Correspondence
    tasks: Mapping[int, Place]


def carry(session: Session, plan: Plan, old: Edition, new: Edition, at: datetime, actor: str) -> None:
    """Let every link, judging and decision that rests on an edition rest on the next, at the moment of the write.

    A link keeps its id and gets a version; none is dropped. One that was decided, and whose end says something else or
    is gone, turns stale, and so do the confirmed ones that rest on it in the cascades below.
    """
    found = correspond(
        changes.version_of_edition(session, old, plan.year), changes.version_of_edition(session, new, plan.year)
    )
    source = Source(plan.id, new.number)
    before = Ends.of(session, old)
    tasks = {task: place for (_, task), place in before.places.items() if task is not None}
    step = _Step(source, before, Ends.of(session, new), found, tasks)
    done: list[Move] = []
    stale: list[Link] = []
    for pair, end in moves.current_pairs(session, old):
        made = Pair(
            upper_edition_id=new.id or 0 if end == "upper" else pair.upper_edition_id,
            lower_edition_id=new.id or 0 if end == "lower" else pair.lower_edition_id,
        )
        session.add(made)
        session.flush()
        todo = moves.of_pair(session, pair, end, step.old, found, source)
        _carry_judging(session, pair, made, end, step, todo, at)
        stale += [move.link for move in todo if move.turns_stale and move.link.status is LinkStatus.CONFIRMED]
        turned = {move.link.id for move in todo if move.turns_stale}
        link_store.change(session, [(move.link, _values(move, made, step.new, turned)) for move in todo], at)
        done += todo
    below = pass_on(session, stale)
    decisions = gap_carrying.carry(session, plan, old, found, at)
    lost = [move.link.id for move in done if move.target is None]
    new.carried = {
        "links": len(done),
        "stale": sum(move.link.status is LinkStatus.STALE for move in done),
        "stale_below": len(below),
        "gone": len(lost),
        "gap_decisions": len(decisions.renamed),
        "gap_decisions_gone": len(decisions.gone),
    }
    after = {
        "edition": new.number,
        **new.carried,
        "stale_links": [move.link.id for move in done if move.link.status is LinkStatus.STALE][:_MOST_NAMED],
        "stale_links_below": below[:_MOST_NAMED],
        "gone_links": lost[:_MOST_NAMED],
        "renamed_gaps": decisions.renamed,
        "gone_gaps": decisions.gone,
    }
    audit.record(
        session,
        actor,
        Action.EDITION_CARRY,
        Subject("plan", plan.id, plan.adcode),
        before={"edition": old.number},
        after=after,
    )


def _values(move: Move, pair: Pair, ends: Ends, turned: set[str]) -> dict[str, object]:
    values: dict[str, object] = {"pair_id": pair.id or 0, **end_values(move, ends)}
    if move.link.id in turned:
        values["status"] = LinkStatus.STALE
    values["stale_reason"] = reasons_after(move)
    return values


def end_values(move: Move, ends: Ends) -> dict[str, object]:
    """Where a moved end stands now; nothing if it is gone, and so stays where it was."""
    if move.target is None:
        return {}
    item, task = ends.rows[move.target]
    end: End = move.end
    return {
        f"{end}_item_id": item,
        f"{end}_task_id": task,
        f"{end}_start": move.span[0],
        f"{end}_end": move.span[1],
    }


def reasons_after(move: Move) -> list[stale_reasons.Row] | None:
    """The reasons a link has then: those of a stale one add up, a proposal has them only where an end is gone."""
    link = move.link
    before = link.stale_reason
    if link.status in {LinkStatus.PROPOSED, LinkStatus.WITHDRAWN}:
        return stale_reasons.joined(before, move.reasons) or None if move.target is None else None
    return stale_reasons.joined(before, move.reasons) or None


def pass_on(session: Session, stale: Sequence[Link]) -> list[str]:
    """Let confirmed links that rest on links which have just turned stale do so too; gives their ids."""
    ids = []
    for _, found in moves.resting_on(session, stale):
        uppers = upper_plans(session, [link for link, _ in found])
        for key in sorted(set(uppers.values())):
            at = cascades.touch(session, key)
            own = [(link, via) for link, via in found if uppers[link.id] == key]
            link_store.change(
                session,
                [
                    (
                        link,
                        {
                            "status": LinkStatus.STALE,
                            "stale_reason": stale_reasons.joined(
                                link.stale_reason, stale_reasons.passed_on(via.stale_reason or [], via.id)
                            ),
                        },
                    )
                    for link, via in own
                ],
                at,
            )
            ids += [link.id for link, _ in own]
    return ids


def upper_plans(session: Session, links: Sequence[Link]) -> dict[str, str]:
    """The upper plan of each link, in whose cascade it is."""
    pairs = {link.pair_id for link in links}
    query = select(Pair.id, Edition.plan_id).join(Edition, col(Edition.id) == Pair.upper_edition_id)
    plans = dict(session.exec(query.where(col(Pair.id).in_(pairs))).all())
    return {link.id: plans[link.pair_id] for link in links}


def _carry_judging(
    session: Session, pair: Pair, made: Pair, end: End, step: _Step, todo: Sequence[Move], at: datetime
) -> None:
    """What the judge said of tasks that still say the same, of evidence that does, holds until the next run."""
    held = session.exec(select(Judging).where(Judging.pair_id == pair.id, col(Judging.until).is_(None))).first()
    if held is None:
        return
    held.until = at
    judging = Judging(
        pair_id=made.id or 0,
        run_id=held.run_id,
        method=held.method,
        model_digest=held.model_digest,
        thesaurus_digest=held.thesaurus_digest,
        carried=True,
        since=at,
    )
    session.add(judging)
    session.flush()
    doubtful = {move.link.upper_task_id for move in todo if not move.same_words} if end == "lower" else set()
    scores = session.exec(select(TaskScore).where(TaskScore.judging_id == held.id).order_by(col(TaskScore.task_id)))
    kept: dict[int, TaskScore] = {}
    for row in scores:
        task = row.task_id if end == "lower" else _same_task(step, row.task_id)
        if task is not None and row.task_id not in doubtful:
            kept.setdefault(
                task, TaskScore(judging_id=judging.id or 0, task_id=task, score=row.score, together=row.together)
            )
    session.add_all(kept.values())
    session.flush()


def _same_task(step: _Step, task_row: int) -> int | None:
    """The row of an old upper task in the new edition, if it still says the same."""
    place = step.tasks.get(task_row)
    fate = step.found.fates[place] if place else None
    if fate is None or fate.new is None or not fate.same_words:
        return None
    return step.new.rows[fate.new][1]
