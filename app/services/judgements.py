"""What the judge found, as the links it proposes: the same whether they are stored or only shown."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.linking import Coverage, Evidence, Judgement, PlanText, Strength, TaskVerdict


@dataclass(frozen=True, slots=True)
class ProposedLink:
    """A link that the judge proposes, by numbers; offsets count in the items' texts.

    `coverage` is set where it starts at a task, `strength` where it joins two items. `lower_task` is None where the
    evidence stands in the lower item's title.
    """

    upper_item: int
    upper_task: int | None
    lower_item: int
    lower_task: int | None
    coverage: Coverage | None
    strength: Strength | None
    score: float
    upper_start: int
    upper_end: int
    lower_start: int
    lower_end: int

    @property
    def upper(self) -> str:
        """The upper end's number: `8` or `8.4`."""
        return _named(self.upper_item, self.upper_task)

    @property
    def lower(self) -> str:
        """The lower end's number."""
        return _named(self.lower_item, self.lower_task)


def _named(item: int, task: int | None) -> str:
    return str(item) if task is None else f"{item}.{task}"


def proposed(upper: PlanText, lower: PlanText, judgement: Judgement) -> Iterator[ProposedLink]:
    """The judgement as links: one for each task and place that takes it up, one for each pair of items."""
    above, below = ({item.number: item for item in side.items} for side in (upper, lower))
    for verdict in judgement.tasks:
        task = next(task for task in above[verdict.item].tasks if task.number == verdict.task)
        for found in _one_each(verdict):
            yield ProposedLink(
                upper_item=verdict.item,
                upper_task=verdict.task,
                lower_item=found.item,
                lower_task=found.task,
                coverage=found.coverage,
                strength=None,
                score=round(found.score, 4),
                upper_start=task.start,
                upper_end=task.end,
                lower_start=found.start,
                lower_end=found.end,
            )
    for pairing in judgement.items:
        yield ProposedLink(
            upper_item=pairing.item,
            upper_task=None,
            lower_item=pairing.lower_item,
            lower_task=None,
            coverage=None,
            strength=pairing.strength,
            score=round(pairing.score, 4),
            upper_start=0,
            upper_end=len(above[pairing.item].title),
            lower_start=0,
            lower_end=len(below[pairing.lower_item].title),
        )


def _one_each(verdict: TaskVerdict) -> list[Evidence]:
    """The best evidence for each place: two clauses of one lower task are one link."""
    best: dict[tuple[int, int | None], Evidence] = {}
    for found in verdict.evidence:
        best.setdefault((found.item, found.task), found)
    return list(best.values())


def together(verdict: TaskVerdict) -> bool:
    """Whether no place covers the task by itself, but all of its evidence together does."""
    return verdict.coverage is Coverage.FULL and all(e.coverage is Coverage.PARTIAL for e in verdict.evidence)
