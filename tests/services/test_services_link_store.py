"""Every state of a link is kept with the time in which it held."""

from datetime import datetime, timedelta
from itertools import pairwise

from sqlmodel import Session, col, select

from app.db import Database
from app.models import Cascade, CascadeRevision, Judging, Link, LinkStatus, LinkVersion
from app.schemas.links import LinkRunCreate
from app.services import cascades, link_store, runs
from tests.factories import PROVINCE, settings_for


def versions(session: Session, link: str) -> list[LinkVersion]:
    query = select(LinkVersion).where(LinkVersion.link_id == link).order_by(col(LinkVersion.version))
    return list(session.exec(query))


def test_every_link_has_its_state_as_the_open_version(seeded_database_url: str) -> None:
    database = Database(settings_for(seeded_database_url))
    with database.read() as session:
        held = {row.link_id: row for row in session.exec(select(LinkVersion).where(col(LinkVersion.until).is_(None)))}
        links = session.exec(select(Link)).all()
        assert len(links) == len(held) > 500
        for link in links:
            assert link_store.state(link) == link_store.state(held[link.id])
            assert link.proposed_at == held[link.id].since
    database.close()


def test_a_link_keeps_what_it_was_changed_from_and_taken_away_with(seeded_database_url: str) -> None:
    database = Database(settings_for(seeded_database_url))
    moments = []
    with database.write(unaudited="a test") as session:
        at = cascades.touch(session, PROVINCE)
        link = session.exec(select(Link).limit(1)).one()
        before, score = link.id, link.score
        link_store.change(session, [(link, {"score": 0.25})], at)
        moments.append(at)
    with database.write(unaudited="a test") as session:
        moments.append(cascades.touch(session, PROVINCE))
        link = session.get_one(Link, before)
        link_store.remove(session, [link], moments[-1])
        assert session.get(Link, before) is None
    with database.write() as session:
        run = runs.start(session, PROVINCE, LinkRunCreate(), "somebody")
    runs.execute(database, run.id)
    with database.read() as session:
        again = session.get_one(Link, before)
        assert (again.version, again.score, again.status) == (3, score, LinkStatus.PROPOSED)
        found = versions(session, before)
    assert [row.score for row in found] == [score, 0.25, score]
    assert [row.until for row in found] == [*moments, None]
    assert [row.since for row in found[1:]] == [moments[0], again.proposed_at]
    assert again.proposed_at > moments[1]
    database.close()


def test_judging_anew_closes_the_judging_before(seeded_database_url: str) -> None:
    database = Database(settings_for(seeded_database_url))
    with database.write() as session:
        run = runs.start(session, PROVINCE, LinkRunCreate(), "somebody")
    runs.execute(database, run.id)
    with database.read() as session:
        rows = session.exec(select(Judging).order_by(col(Judging.pair_id), col(Judging.since))).all()
    for first, second in zip(rows[::2], rows[1::2], strict=True):
        assert first.pair_id == second.pair_id
        assert (first.until, second.until) == (second.since, None)
    database.close()


def test_the_moments_of_a_cascade_strictly_rise_even_if_the_clock_goes_back(
    seeded_database_url: str, monkeypatch: object
) -> None:
    database = Database(settings_for(seeded_database_url))
    past = datetime.fromisoformat("2020-01-01T00:00:00Z")
    monkeypatch.setattr(cascades, "now", lambda: past)  # type: ignore[attr-defined]
    with database.write(unaudited="a test") as session:
        last = session.get_one(Cascade, PROVINCE).changed_at
        one, two = cascades.touch(session, PROVINCE), cascades.touch(session, PROVINCE)
        assert (one - last, two - one) == (timedelta(microseconds=1), timedelta(microseconds=1))
    with database.read() as session:
        query = select(CascadeRevision).where(CascadeRevision.cascade_id == PROVINCE)
        rows = session.exec(query.order_by(col(CascadeRevision.revision))).all()
        cascade = session.get_one(Cascade, PROVINCE)
    assert [row.revision for row in rows] == list(range(1, cascade.revision + 1))
    assert all(a.at < b.at for a, b in pairwise(rows))
    assert rows[-1].at == cascade.changed_at
    database.close()
