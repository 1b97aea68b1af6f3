"""The draft of a supervision notice, made from the shipped plans."""

from collections.abc import Iterator

import pytest

from app.db import Database
from app.documents.writers.paper import Grid, Heading, Paper, Text
from app.errors import BadAdcode
from app.schemas.coverage import GapRead
from app.services import gaps, notices
from app.services.gaps import GapFilter
from tests.factories import settings_for

UPPER = "370000-edu-2020"


@pytest.fixture
def seeded_database(seeded_database_url: str) -> Iterator[Database]:
    opened = Database(settings_for(seeded_database_url))
    yield opened
    opened.close()


def _notice(database: Database, wanted: GapFilter | None = None) -> Paper:
    with database.read() as session:
        return notices.notice(session, UPPER, wanted or GapFilter())


def _gaps(database: Database, adcode: str) -> list[GapRead]:
    with database.read() as session:
        found = gaps.all_gaps(session, UPPER, GapFilter(adcode=adcode), english=False)
    return [gap for gap in found if gap.kind in notices.NAMED]


def _grids(paper: Paper) -> list[Grid]:
    return [part for part in paper.parts if isinstance(part, Grid)]


def test_every_city_stands_in_the_first_table_by_its_code(seeded_database: Database) -> None:
    rows = _grids(_notice(seeded_database))[0].rows
    assert len(rows) == 16
    assert [row[0] for row in rows][:3] == ["济南市", "青岛市", "淄博市"]
    by_name = {row[0]: row[1:] for row in rows}
    assert by_name["济南市"] == ("未提供", *["—"] * 8)
    assert by_name["济宁市"][0] == "2021年要点"
    applicable, full, partial, none = (int(figure) for figure in by_name["临沂市"][1:5])
    assert full + partial + none == applicable > 0


@pytest.mark.parametrize(("adcode", "caption"), [("370200", "表2  青岛市"), ("371300", "表3  临沂市")])
def test_a_city_s_table_names_each_of_its_gaps_with_both_texts(
    seeded_database: Database, adcode: str, caption: str
) -> None:
    grid = next(grid for grid in _grids(_notice(seeded_database)) if grid.caption.startswith(caption))
    found = _gaps(seeded_database, adcode)
    tasks = {gap.task for gap in found}
    assert len(grid.rows) == len(tasks)
    for gap in found:
        item, task = str(gap.task).rpartition("/")[2].split(".")
        row = next(row for row in grid.rows if row[1].startswith(f"第{item}条第{task}项："))
        assert str(gap.upper_text) in row[1]
        assert (row[2] == "—") == (gap.kind == "missing")
        assert str(gap.lower_text or "") in row[2]
        assert {"missing": "未见承接", "partial": "部分承接"}.get(gap.kind, "") in row[3]


def test_proposals_are_told_from_what_people_confirmed(seeded_database: Database) -> None:
    paper = _notice(seeded_database)
    said = "".join(part.text for part in paper.parts if isinstance(part, Text))
    assert "尚未复核的内容在正式印发前应当逐项核实" in said
    assert all(row[3].endswith("（待核实）") for row in _grids(paper)[1].rows)


def test_one_city_can_be_asked_for(seeded_database: Database) -> None:
    paper = _notice(seeded_database, GapFilter(adcode="371300"))
    assert [row[0] for row in _grids(paper)[0].rows] == ["临沂市"]
    assert [part.text for part in paper.parts if isinstance(part, Heading) and part.level == 2] == ["临沂市"]
    with pytest.raises(BadAdcode):
        _notice(seeded_database, GapFilter(adcode="37"))


def test_cities_without_a_plan_of_the_year_are_listed_apart(seeded_database: Database) -> None:
    said = [part.text for part in _notice(seeded_database).parts if isinstance(part, Text)]
    assert any(text.startswith("没有提供本领域要点的有13个市：济南市、") for text in said)
    assert any("济宁市（2021年）" in text for text in said)
