"""What a second opinion is worth, and what it can spoil: docs/opinions.md has the figures."""

import pytest

from app.linking.opinions import OPINION_WEIGHT
from tests.evaluation.opinions import answers, city_gaps, fitted_weight, known, noisy, with_answers

# What was asked for.
LEAST_GAIN = 0.10


@pytest.mark.parametrize("name", ["linyi", "yunhe"])
def test_perfect_answers_on_the_most_doubtful_fifth_find_many_gaps(name: str) -> None:
    pair = known(name)
    assert len(pair.asked) <= 0.2 * len(pair.judgement.tasks) + 0.5
    before, after = (city_gaps(pair, judged) for judged in (pair.judgement, with_answers(name, answers(pair))))
    assert after - before >= LEAST_GAIN


@pytest.mark.parametrize("name", ["linyi", "yunhe"])
def test_answers_of_which_a_third_is_wrong_spoil_nothing(name: str) -> None:
    pair = known(name)
    before, found = city_gaps(pair, pair.judgement), noisy(name)
    # Not on the average only: in none of twenty lots.
    assert min(found) >= before


def test_the_weight_is_the_fitted_one() -> None:
    assert fitted_weight(["linyi", "yunhe"]) == OPINION_WEIGHT
