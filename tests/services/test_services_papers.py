"""Coverage as papers, made from the shipped plans."""

from collections.abc import Iterator

import pytest

from app.db import Database
from app.documents.writers.paper import Grid, Paper, Text
from app.services import coverage, papers
from tests.factories import CITY, PROVINCE, settings_for


@pytest.fixture
def seeded_database(seeded_database_url: str) -> Iterator[Database]:
    opened = Database(settings_for(seeded_database_url))
    yield opened
    opened.close()


def _grid(paper: Paper) -> Grid:
    return next(part for part in paper.parts if isinstance(part, Grid))


def test_the_matrix_shows_every_item_for_each_city_with_a_plan(seeded_database: Database) -> None:
    with seeded_database.read() as session:
        paper = papers.matrix(session, PROVINCE)
        found = coverage.matrix(session, PROVINCE)
    grid = _grid(paper)
    assert [column.heading for column in grid.columns] == ["条", "省级要点", "青岛市", "临沂市"]
    assert [row[:2] for row in grid.rows] == [(str(item.number), item.title) for item in found.items]
    cells = {city.adcode: place for place, city in enumerate(found.cities)}
    for row, item in zip(grid.rows, found.items, strict=True):
        cell = item.cells[cells["371300"]]
        counts = f"{cell.full}/{cell.partial}/{cell.none}"
        assert row[3].endswith(counts) or (item.applicable_tasks == 0 and row[3] == "不适用")
    assert any("济宁市" in part.text for part in paper.parts if isinstance(part, Text))


def test_a_pair_shows_every_task_with_its_evidence(seeded_database: Database) -> None:
    with seeded_database.read() as session:
        paper = papers.pair(session, PROVINCE, CITY)
        found = coverage.pair(session, PROVINCE, CITY)
    rows = {row[0]: row for row in _grid(paper).rows}
    tasks = [task for item in found.items for task in item.tasks]
    assert len(rows) == len(found.items) + len(tasks)
    for task in tasks:
        row = rows[task.id.rpartition("/")[2]]
        assert row[1] == task.text
        assert ("未见承接" in row[2]) == (not task.evidence)
        assert ("（非市级）" in row[2]) == (task.applies_to != "city")
        assert all(shown.text in row[3] for shown in task.evidence[:3])
