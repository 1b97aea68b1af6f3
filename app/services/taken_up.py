"""Which tasks are taken up where, and what numbers and dates say of it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from app import graph
from app.documents.facts import Number, rollup
from app.graph import COUNTING, CheckRow, RollupRow
from app.services import verdicts


@dataclass(frozen=True, slots=True)
class TaskLink:
    """A counting task link, and the whole sentence in which its evidence stands."""

    row: graph.LinkRow
    sentence: str


def task_links(
    links: Sequence[tuple[graph.LinkRow, int, int]], texts: dict[str, str], counting: Collection[str] = COUNTING
) -> dict[tuple[str, str], list[TaskLink]]:
    """The counting task links by upper task and lower plan, best first.

    Each link comes with the range of its evidence in the lower item's text; `texts` are the items' texts by id.
    """
    found: dict[tuple[str, str], list[TaskLink]] = {}
    for row, start, end in links:
        if row.coverage and row.status in counting:
            item = graph.item_of(row.lower)
            plan = item.rpartition("/")[0]
            sentence = verdicts.sentence_around(texts[item], start, end)
            found.setdefault((row.upper, plan), []).append(TaskLink(row, sentence))
    for rows in found.values():
        rows.sort(key=lambda link: graph.best_first(link.row))
    return found


def checks(
    tasks: dict[str, str], year: int, taken_up: dict[tuple[str, str], list[TaskLink]], years: dict[str, int]
) -> dict[tuple[str, str], CheckRow]:
    """What comparing numbers and dates found, by upper task and lower plan."""
    out = {}
    for (task, plan), links in taken_up.items():
        found = verdicts.check(tasks[task], year, [link.sentence for link in links], years[plan])
        if found.target or found.deadline:
            out[task, plan] = CheckRow(
                target=found.target.verdict.value if found.target else None,
                deadline=found.deadline.verdict.value if found.deadline else None,
                target_reasons=found.target.as_dict() if found.target else None,
                deadline_reasons=dict(found.deadline.as_dict()) if found.deadline else None,
            )
    return out


def rollups(
    tasks: dict[str, str], year: int, taken_up: dict[tuple[str, str], list[TaskLink]], cities: dict[str, str]
) -> tuple[RollupRow, ...]:
    """Every province-wide total, beside the sum of what the cities' plans (by adcode) commit to for it."""
    rows = []
    for task, text in tasks.items():
        totals = [fact for fact in verdicts.task_facts(text, year) if isinstance(fact, Number)]
        if not totals:
            continue
        offered = {
            adcode: [
                fact
                for link in taken_up.get((task, plan), [])
                for fact in verdicts.evidence_facts(link.sentence, year, text)
            ]
            for adcode, plan in cities.items()
        }
        for total in totals:
            summed = rollup(total, offered)
            if summed is not None:
                rows.append(
                    RollupRow(
                        task=task,
                        indicator=summed.indicator or total.text,
                        unit=summed.unit,
                        target=float(summed.target),
                        allocated=float(summed.allocated),
                        shortfall=float(summed.shortfall),
                        cities=tuple((code, None if value is None else float(value)) for code, value in summed.cities),
                    )
                )
    return tuple(rows)
