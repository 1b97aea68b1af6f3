"""The shipped reviews: decisions of people about the shipped plans, loaded once and never against somebody's own."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func
from sqlmodel import col, select

from app.db import Database
from app.models import AuditEntry, Link, LinkMethod, LinkStatus
from app.preconditions import Expected
from app.schemas.links import LinkPatch
from app.services import coverage, decisions, imports, reviews, seeds
from app.services.readings import import_options
from tests.evaluation import reviews as made
from tests.evaluation.cases import scorer
from tests.factories import CITY, PROVINCE, settings_for

GOLD = Path(__file__).parents[1] / "evaluation" / "linyi.json"


@pytest.fixture
def database(seeded_database_url: str) -> Iterator[Database]:
    opened = Database(settings_for(seeded_database_url))
    yield opened
    opened.close()


def links(database: Database) -> dict[str, tuple[int, str, str | None]]:
    with database.read() as session:
        return {link.id: (link.version, str(link.status), link.decided_by) for link in session.exec(select(Link))}


def test_the_file_is_what_the_script_makes_of_the_judged_pair() -> None:
    assert made.FILE.read_text(encoding="utf-8") == made.text()


def test_every_review_is_loaded_once_and_on_record(database: Database) -> None:
    seeds.load(database, "cli:li")
    with made.FILE.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    loaded = links(database)
    decided = [one for one in loaded.values() if one[2] == reviews.REVIEWER]
    assert sorted(status for _, status, _ in decided) == sorted(row["status"] for row in rows)
    with database.read() as session:
        entries = session.exec(
            select(func.count()).select_from(AuditEntry).where(AuditEntry.action == "link.decide")
        ).one()
        other = session.exec(select(Link.status).where(col(Link.decided_by).is_(None)).distinct()).all()
        methods = set(session.exec(select(Link.method).where(Link.decided_by == reviews.REVIEWER)))
    assert entries == len(rows)
    assert other == [LinkStatus.PROPOSED], "all else stays as it is"
    assert methods == {LinkMethod.MACHINE, LinkMethod.IMPORT}
    seeds.load(database, "cli:li")
    assert links(database) == loaded


def test_reviewed_linyi_answers_as_its_annotators_did(database: Database) -> None:
    seeds.load(database)
    with database.read() as session:
        answer = coverage.pair(session, PROVINCE, CITY).model_dump(mode="json")
    figures = scorer.measure(json.loads(GOLD.read_text(encoding="utf-8")), answer)
    for name in ("item implements", "gap (all tasks)", "gap (city tasks)", "orphans"):
        assert figures[name]["f1"] == 1, name
    assert (figures["coverage exact"], figures["evidence@1 (full)"], figures["item recall@5"]) == (1, 1, 1)
    assert figures["item MAP"] > 0.98


def test_the_other_cities_stay_proposals(database: Database) -> None:
    seeds.load(database)
    with database.read() as session:
        for city in ("370200-edu-2020", "370800-edu-2021"):
            answer = coverage.pair(session, PROVINCE, city)
            assert {task.basis for item in answer.items for task in item.tasks} <= {None, "proposed"}


def test_what_somebody_decided_is_not_decided_again(database: Database) -> None:
    with database.write() as session:
        link = session.exec(
            select(Link).where(Link.method == LinkMethod.MACHINE).order_by(col(Link.score).desc())
        ).first()
        assert link is not None
        wish = LinkPatch(status=LinkStatus.REJECTED, reason="另有安排")
        decisions.decide(session, link.id, wish, Expected(None), "wang")
    seeds.load(database)
    version, status, who = links(database)[link.id]
    assert (version, status, who) == (2, "rejected", "wang")


def test_a_new_edition_is_not_reviewed_by_what_was_said_of_the_old_one(database: Database) -> None:
    text = "临沂市教育局2020年工作要点\n一、抓好落实\n1.改善办学条件。新建学校10所。\n".encode()
    with database.write() as session:
        options = import_options(filename="new.txt", adcode="371300", domain="edu", year=2020)
        imports.import_document(session, text, options, "li")
    with database.write(unaudited="nothing to load") as session:
        assert reviews.load_shipped(session, "li") == 0
