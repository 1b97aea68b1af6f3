"""A cascade larger than any that ships, for pages that must hold it and benchmarks."""

from fastapi import FastAPI

from app import graph
from app.graph import CascadeRows, CityRow, ItemRow, LinkRow, TaskRow
from app.schemas.common import Counted
from tests.factories import PROVINCE


def large(cities: int, items: int) -> CascadeRows:
    """A cascade as large as they come, every pair of item and city linked by three tasks."""
    places = [f"37{number:04d}" for number in range(100, 100 + cities)]
    upper = tuple(_item(PROVINCE, number) for number in range(1, items + 1))
    lower = tuple(_item(f"{place}-edu-2020", number) for place in places for number in range(1, items + 1))
    found = [
        LinkRow(f"{above.id}{below.id}", one.id, other.id, "full", None, "proposed", 0.9, "上", "下")
        for place in range(cities)
        for above, below in zip(upper, lower[place * items : (place + 1) * items], strict=True)
        for one, other in list(zip(above.tasks, below.tasks, strict=True))[place % 4 :]
    ]
    joined = [
        LinkRow(f"{above.id}{below.id}i", above.id, below.id, None, "implements", "proposed", 0.9, "上", "下")
        for place in range(cities)
        for above, below in zip(upper, lower[place * items : (place + 1) * items], strict=True)
    ]
    rows = tuple(
        CityRow(place, f"第{n}自治州", f"{place}-edu-2020", 2020, True, judged=True, outdated=False)
        for n, place in enumerate(places)
    )
    return CascadeRows(PROVINCE, "370000", "山东省", 2020, rows, upper + lower, tuple(found + joined), {}, {}, ())


def _item(plan: str, number: int) -> ItemRow:
    tasks = tuple(TaskRow(f"{plan}/{number}.{k}", f"任务{k}", "city") for k in range(1, 4))
    return ItemRow(f"{plan}/{number}", plan, number, "实现失学辍学、大班额和配套园整治“三个清零”", tasks)


def put_in(app: FastAPI, rows: CascadeRows) -> None:
    """Let an application that has answered from the province's cascade take it for this one, until it is changed."""
    derived = app.state.database.derived
    for counted in Counted:
        revision = derived._values[f"cascade:{PROVINCE}:{Counted.ALL}"][0]
        network = graph.build(rows, max_nodes=100_000)
        derived._values[f"cascade:{PROVINCE}:{counted}"] = (revision, network)
