"""Who may bring a link from which status to which other: one table, and nothing but the table. docs/review.md shows it."""

from dataclasses import dataclass
from enum import StrEnum

from app.models import LinkMethod, LinkStatus


class By(StrEnum):
    """Who makes a transition."""

    REVIEWER = "reviewer"
    PROPOSER = "proposer"
    TEXT = "text"  # an edition that changes one of the link's texts
    PROPOSAL = "proposal"  # a person or a run that proposes the link once more


# Those who ask for a transition; the others follow from something else that is done.
PEOPLE = frozenset({By.REVIEWER, By.PROPOSER})


@dataclass(frozen=True, slots=True)
class Step:
    """A transition: who makes it, and whether he has to give a reason."""

    by: By
    reason: bool = False


TRANSITIONS = {
    (LinkStatus.PROPOSED, LinkStatus.CONFIRMED): Step(By.REVIEWER),
    (LinkStatus.PROPOSED, LinkStatus.REJECTED): Step(By.REVIEWER, reason=True),
    (LinkStatus.PROPOSED, LinkStatus.WITHDRAWN): Step(By.PROPOSER),
    (LinkStatus.STALE, LinkStatus.CONFIRMED): Step(By.REVIEWER),
    (LinkStatus.STALE, LinkStatus.REJECTED): Step(By.REVIEWER, reason=True),
    (LinkStatus.CONFIRMED, LinkStatus.REJECTED): Step(By.REVIEWER, reason=True),
    (LinkStatus.REJECTED, LinkStatus.CONFIRMED): Step(By.REVIEWER, reason=True),
    (LinkStatus.CONFIRMED, LinkStatus.STALE): Step(By.TEXT),
    (LinkStatus.REJECTED, LinkStatus.STALE): Step(By.TEXT),
    (LinkStatus.WITHDRAWN, LinkStatus.PROPOSED): Step(By.PROPOSAL),
}


class Refusal(StrEnum):
    """Why a decision is not taken."""

    NO_SUCH_TRANSITION = "no-such-transition"
    NOT_THE_PROPOSER = "not-the-proposer"
    FOUR_EYES = "four-eyes"
    REASON_MISSING = "reason-missing"


@dataclass(frozen=True, slots=True)
class Standing:
    """What of a link its rules look at."""

    status: LinkStatus
    method: LinkMethod
    proposed_by: str


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants a link to become. `corrects`: he also gives another coverage or strength than it has."""

    status: LinkStatus
    actor: str
    reason: str | None
    corrects: bool = False


def refusal(link: Standing, wish: Wish, *, four_eyes: bool) -> Refusal | None:
    """Why a person's wish cannot be granted; None: it can.

    A confirmed link may be confirmed anew only to correct how far it carries, which is a change of a decision.
    """
    step = TRANSITIONS.get((link.status, wish.status))
    if link.status is wish.status is LinkStatus.CONFIRMED and wish.corrects:
        step = Step(By.REVIEWER, reason=True)
    if step is None or step.by not in PEOPLE:
        return Refusal.NO_SUCH_TRANSITION
    # The machine is nobody: its proposals can be withdrawn by none, and confirmed by all.
    proposer = None if link.method is LinkMethod.MACHINE else link.proposed_by
    if step.by is By.PROPOSER and wish.actor != proposer:
        return Refusal.NOT_THE_PROPOSER
    if four_eyes and wish.status is LinkStatus.CONFIRMED and wish.actor == proposer:
        return Refusal.FOUR_EYES
    if step.reason and not wish.reason:
        return Refusal.REASON_MISSING
    return None
