"""How a cascade flows: which upper items are carried out by which lower ones, and by how many tasks."""

from dataclasses import dataclass

from sqlmodel import Session

from app import graph
from app.schemas.common import Counted
from app.services import cascades
from app.services.history import Moment
from app.services.scope import EVERYTHING, Scope


@dataclass(frozen=True, slots=True)
class Flow:
    """An item link, from the number of an upper item to that of a city's; `tasks` are those taken up between them."""

    upper: int
    adcode: str
    lower: int
    lower_title: str
    strength: str
    tasks: int


def flows(
    session: Session,
    key: str,
    scope: Scope = EVERYTHING,
    seen: Moment | None = None,
    *,
    counted: Counted = Counted.ALL,
) -> list[Flow]:
    """Every item link of a cascade into plans of the same year, by upper item, best first; raises PlanNotFound.

    The same as the edges `implements` of GET /plans/{plan}/cascade.
    """
    network = cascades.load(session, key, as_of=seen.past if seen else None, counted=counted)
    adcodes = {city.plan: city.adcode for city in graph.cities(network) if city.same_period and scope.sees(city.adcode)}
    return [
        Flow(
            upper=network.nodes[node]["number"],
            adcode=adcodes[plan],
            lower=network.nodes[link.lower]["number"],
            lower_title=network.nodes[link.lower]["title"],
            strength=str(link.strength),
            tasks=tasks,
        )
        for node in graph.items_of(network, key)
        for link, tasks in graph.flows(network, node)
        if (plan := network.nodes[link.lower]["plan"]) in adcodes
    ]
