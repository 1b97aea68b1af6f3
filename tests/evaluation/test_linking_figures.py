"""The figures that the method reaches on the judged pairs must not fall."""

from functools import cache

import pytest

from app.linking.model import FITTED_ON_LINYI, FITTED_ON_YUNHE, SHIPPED
from tests.evaluation import reliability
from tests.evaluation.floors import FLOORS, LEAST_HOLDING, MOST_APART, MOST_MISCALIBRATED
from tests.evaluation.measure import figures

MODELS = {
    ("linyi", "other"): FITTED_ON_YUNHE,
    ("yunhe", "other"): FITTED_ON_LINYI,
    ("linyi", "shipped"): SHIPPED,
    ("yunhe", "shipped"): SHIPPED,
}


@cache
def measured(name: str, model: str) -> dict[str, float]:
    return figures(name, MODELS[name, model])


@pytest.mark.parametrize(
    ("name", "model", "figure"),
    [(name, model, figure) for (name, model), floors in FLOORS.items() for figure in floors],
)
def test_a_figure_stays_above_its_floor(name: str, model: str, figure: str) -> None:
    assert measured(name, model)[figure] >= FLOORS[name, model][figure]


@pytest.mark.parametrize("name", ["linyi", "yunhe"])
def test_the_shipped_model_has_not_learnt_a_city_by_heart(name: str) -> None:
    other, shipped = measured(name, "other"), measured(name, "shipped")
    assert all(round(abs(shipped[figure] - other[figure]), 3) <= MOST_APART for figure in FLOORS[name, "other"])


def test_scores_mean_what_they_say() -> None:
    tasks, items = reliability.tasks(), reliability.item_links()
    assert reliability.calibration_error(tasks) <= MOST_MISCALIBRATED
    assert reliability.holding(tasks) >= LEAST_HOLDING
    assert reliability.holding(items) >= LEAST_HOLDING
    assert sum(one.count for one in reliability.bins(tasks)) == len(tasks)


def test_the_diagram_and_the_table_in_the_docs_are_up_to_date() -> None:
    tasks = reliability.tasks()
    assert reliability.PICTURE.read_text(encoding="utf-8") == reliability.svg(tasks)
    assert reliability.table(tasks) in (reliability.PICTURE.parent / "linking.md").read_text(encoding="utf-8")
