"""Calibration must help the half of a city that nobody decided, and refuse what is wrong; `calibrating.py` has it at length."""

from collections.abc import Callable

import numpy as np
import pytest

from app.linking.calibration import LEAST_TASKS, Decided, Verdict
from app.linking.calibration.shipped import FILE, shipped_pairs
from tests.evaluation import judged
from tests.evaluation.calibrating import OTHER, World, as_shipped, decided_on, flipped, halves, held_half, new, tried


@pytest.mark.parametrize("name", OTHER)
@pytest.mark.parametrize("world_of", [new, as_shipped])
def test_decisions_on_half_of_a_city_make_the_other_half_better(name: str, world_of: Callable[[str], World]) -> None:
    world = world_of(name)
    decided, other = halves(name, 0)
    found = tried(name, decided_on(name, decided, world), world)
    assert found.verdict is Verdict.BETTER
    assert found.model is not None
    before, after = (held_half(name, other, model) for model in (world.model, found.model))
    for figure in ("loss", "task_loss"):
        assert (after[figure] or 0) < (before[figure] or 0)


@pytest.mark.parametrize("name", OTHER)
@pytest.mark.parametrize("share", [0.33, 0.5])
def test_decisions_flipped_at_random_are_not_adopted(name: str, share: float) -> None:
    world = new(name)
    said = flipped(decided_on(name, halves(name, 1)[0], world), share, 1)
    found = tried(name, said, world)
    assert found.verdict is Verdict.NOT_BETTER
    assert any(where == "shipped" for where, _ in found.failed)


def test_one_reviewer_who_confirms_everything_teaches_nothing_about_how_much_is_taken_up() -> None:
    world = as_shipped("linyi")
    said = decided_on("linyi", halves("linyi", 0)[0], world)
    sloppy = Decided(taken=dict.fromkeys(said.taken, True), whole=dict.fromkeys(said.taken, True))
    found = tried("linyi", sloppy, world)
    assert {"proposed", "missing", "whole"} <= set(found.one_sided)
    assert found.verdict is Verdict.TOO_FEW


def test_a_few_decisions_are_too_few() -> None:
    world = as_shipped("linyi")
    said = decided_on("linyi", {1, 2, 3, 8, 9, 10}, world)
    found = tried("linyi", said, world)
    assert found.counts["tasks"] < LEAST_TASKS
    assert (found.verdict, found.model, found.decisions) == (Verdict.TOO_FEW, None, None)


def test_the_shipped_pairs_are_what_the_judged_pairs_measure() -> None:
    made = judged.arrays()
    with np.load(FILE, allow_pickle=False) as stored:
        assert sorted(stored.files) == sorted(made)
        for key, value in made.items():
            if value.dtype.kind == "U":
                assert str(stored[key]) == str(value)
            else:
                # A last bit may differ between machines.
                assert np.allclose(stored[key].astype(float), value.astype(float), rtol=1e-4, atol=1.01), key
                assert (stored[key] == value).mean() > 0.99, key
    assert [pair.name for pair in shipped_pairs()] == ["linyi", "yunhe"]
