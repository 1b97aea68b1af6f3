"""A small version of `make crash`: the service killed a few times on each database, everything checked after each."""

from pathlib import Path

from tests.crash.kill import kill_often

MOMENTS = 4


def test_killed_at_any_moment_nothing_is_lost_and_nothing_is_half_done(
    seeded_database_url: str, tmp_path: Path
) -> None:
    figures = kill_often(seeded_database_url, MOMENTS, 20261123, tmp_path)
    assert figures.moments == MOMENTS
    assert figures.answered > 0, "people did get something done"
