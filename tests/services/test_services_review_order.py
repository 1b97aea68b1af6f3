"""The order of the review queue: doubt times weight, as docs/review.md says."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.models import LinkMethod, LinkStatus
from app.services.review_order import DOUBTFUL, Case, doubt, urgency, weight

TAKEN_UP, IMPLEMENTS = 0.6, 0.35
PLAIN = Case(
    LinkStatus.PROPOSED, LinkMethod.MACHINE, 0.8, TAKEN_UP, task=True, implements=False, same_period=True, applies=True
)
ITEM = replace(PLAIN, threshold=IMPLEMENTS, task=False, applies=False, implements=True)

cases = st.builds(
    Case,
    status=st.sampled_from(LinkStatus),
    method=st.sampled_from(LinkMethod),
    score=st.floats(0, 1),
    threshold=st.floats(0, 1),
    task=st.booleans(),
    implements=st.booleans(),
    same_period=st.booleans(),
    applies=st.booleans(),
    target=st.booleans(),
    deadline=st.booleans(),
)


def test_nearest_to_the_threshold_is_the_most_doubtful() -> None:
    scores = [TAKEN_UP, 0.7, 0.8, 0.9, 1.0]
    found = [doubt(replace(PLAIN, score=score)) for score in scores]
    assert found[0] == 1
    assert found[-1] == 0
    assert found == sorted(found, reverse=True)
    below = [doubt(replace(ITEM, score=score)) for score in (IMPLEMENTS, 0.2, 0.1, 0.0)]
    assert (below[0], below[-1]) == (1, 0)
    assert below == sorted(below, reverse=True)
    assert doubt(replace(PLAIN, score=TAKEN_UP + (1 - TAKEN_UP) / 2)) == DOUBTFUL


@pytest.mark.parametrize(
    "case", [replace(PLAIN, status=LinkStatus.STALE, score=1.0), replace(PLAIN, method=LinkMethod.PERSON, score=1.0)]
)
def test_a_changed_text_and_a_persons_word_have_no_degree(case: Case) -> None:
    assert doubt(case) == 1


def test_targets_and_deadlines_of_a_citys_task_weigh_most() -> None:
    order = [
        replace(PLAIN, target=True, deadline=True),
        replace(PLAIN, target=True),
        PLAIN,
        replace(PLAIN, target=True, deadline=True, applies=False),
        replace(ITEM, implements=False),
    ]
    assert [weight(case) for case in order] == [4, 3, 2, 1, 0.5]
    assert weight(replace(PLAIN, deadline=True)) == weight(replace(PLAIN, target=True))
    assert weight(replace(PLAIN, same_period=False)) == weight(PLAIN) / 2


def test_a_doubtful_task_comes_before_a_sure_one_with_more_at_stake() -> None:
    sure = replace(PLAIN, score=0.95, target=True, deadline=True)
    assert urgency(replace(PLAIN, score=TAKEN_UP)) > urgency(sure)
    assert urgency(replace(PLAIN, score=0.8, target=True)) > urgency(replace(PLAIN, score=0.8))


@given(cases)
def test_whatever_it_is_it_has_a_place(case: Case) -> None:
    assert 0 <= doubt(case) <= 1
    assert 0.25 <= weight(case) <= 4
    assert 0 <= urgency(case) <= 4
    assert urgency(replace(case, same_period=True)) >= urgency(replace(case, same_period=False))
