"""Links of the plans before, and where their ends stand in the new texts."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.documents.changes import Correspondence, Difference, Place
from app.models import Link, LinkStatus
from app.schemas.carry_overs import CarryObstacle, CarryOutcome, CarryOverDifference
from app.schemas.links import LinkRead
from app.services.moves import Ends
from app.services.stale_reasons import End

_ENDS: tuple[End, End] = ("upper", "lower")


@dataclass(frozen=True, slots=True)
class Way:
    """From a text before to the new one; `found` is None where they are one."""

    new: Ends
    found: Correspondence | None

    def stands(self, place: Place, span: tuple[int, int], end: End) -> "Stand":
        """Where an end stands in the new text."""
        if self.found is None:
            return Stand(place, span)
        fate = self.found.fates[place]
        # A task above is carried out by something; an item that took it up is no task.
        if fate.new is not None and not (end == "upper" and place.task is not None and fate.new.task is None):
            return Stand(fate.new, self.found.span(place, *span), fate.differences)
        home = self.found.fates[Place(place.item)].new
        return Stand(None, span, (), CarryObstacle.DROPPED if home is None else CarryObstacle.UNRECOGNISED)


@dataclass(frozen=True, slots=True)
class Stand:
    """Where an end stands in the new text, its evidence, what it says otherwise; None, and why not."""

    place: Place | None
    span: tuple[int, int]
    differences: tuple[Difference, ...] = ()
    why: CarryObstacle | None = None


@dataclass(slots=True)
class Move:
    """A link of the plans before, where its ends stand now, and what is to become of it."""

    source: LinkRead
    ends: tuple[Stand, Stand] | None = None
    outcome: CarryOutcome = CarryOutcome.CARRIED
    why: CarryObstacle | None = None
    at_end: End | None = None
    held: Link | None = None
    winner: str | None = None
    made: Link | None = None

    def leave(self, why: CarryObstacle, end: End | None = None) -> None:
        """Do not carry it: why, and at which end."""
        self.outcome, self.why, self.at_end = CarryOutcome.LEFT, why, end

    @property
    def differences(self) -> list[CarryOverDifference]:
        """What either end says otherwise than the text on which the link was decided."""
        return [
            CarryOverDifference(end=end, field=str(row.aspect), old=row.old, new=row.new)
            for end, stand in zip(_ENDS, self.ends or (), strict=False)
            for row in stand.differences
        ]


def moved(link: LinkRead, ways: tuple[Way, Way]) -> Move:
    """A link of the plans before with its ends where they stand now."""
    names = (link.upper, link.lower)
    evidence = (link.evidence.upper, link.evidence.lower)
    stands = [
        way.stands(Place.of(name.partition("/")[2]), (span.start, span.end), end)
        for way, name, span, end in zip(ways, names, evidence, _ENDS, strict=True)
    ]
    move = Move(link, (stands[0], stands[1]))
    for end, stand in zip(_ENDS, stands, strict=True):
        if stand.why is not None:
            move.leave(stand.why, end)
            break
    return move


def places_of(move: Move) -> tuple[Place, Place] | None:
    """Where both ends stand now; None where one of them does not."""
    if move.ends is None or move.ends[0].place is None or move.ends[1].place is None:
        return None
    return move.ends[0].place, move.ends[1].place


def one_each(moves: Sequence[Move]) -> None:
    """Ends may have become one. Then the link whose texts changed least stands there, of equal ones the surer one."""
    best: dict[tuple[Place, Place], Move] = {}
    for move in moves:
        places = places_of(move)
        if places and move.source.status is LinkStatus.CONFIRMED:
            best[places] = min(best.get(places, move), move, key=_rank)
    for move in moves:
        places = places_of(move)
        if places and move.source.status is LinkStatus.CONFIRMED and best[places] is not move:
            move.leave(CarryObstacle.MERGED)
            move.winner = best[places].source.id


def _rank(move: Move) -> tuple[int, float, str]:
    return (len(move.differences), -move.source.score, move.source.id)
