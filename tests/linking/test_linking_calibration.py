"""What decisions say, and which words they suggest."""

import dataclasses

import pytest

from app.linking import EMPTY, SHIPPED, Coverage, Model, Strength, Thesaurus
from app.linking.calibration import GapFinding, GapKind, Grade, LinkDecision, Match, labels, suggest


def task_link(lower: int, confirmed: bool | None, coverage: Coverage = Coverage.FULL) -> LinkDecision:
    return LinkDecision(8, 4, lower, coverage, None, confirmed)


def test_a_confirmed_place_takes_a_task_up_and_rejecting_all_says_that_nothing_does() -> None:
    assert labels([task_link(1, True), task_link(2, None)], []).taken == {(8, 4): True}
    assert labels([task_link(1, True), task_link(2, None)], []).whole == {(8, 4): True}
    assert labels([task_link(1, False), task_link(2, False)], []).taken == {(8, 4): False}
    assert not labels([task_link(1, False), task_link(2, None)], [])


def test_how_far_a_task_is_taken_up_is_known_only_where_nothing_is_left_open() -> None:
    part = task_link(1, True, Coverage.PARTIAL)
    assert labels([part], []).whole == {(8, 4): False}
    assert labels([part, task_link(2, None)], []).whole == {}
    assert labels([part, task_link(2, True, Coverage.PARTIAL)], []).whole == {}
    together = [GapFinding(8, 4, GapKind.PARTIAL, real=False)]
    assert labels([part, task_link(2, True, Coverage.PARTIAL)], together).whole == {(8, 4): True}


def test_a_decided_gap_goes_before_the_links() -> None:
    gap = GapFinding(8, 4, GapKind.MISSING, real=True)
    assert labels([task_link(1, None)], [gap]).taken == {(8, 4): False}
    refuted = GapFinding(8, 4, GapKind.MISSING, real=False, coverage=Coverage.PARTIAL)
    found = labels([task_link(1, False)], [refuted])
    assert (found.taken, found.whole) == ({(8, 4): True}, {(8, 4): False})
    # Partial for its numbers only: of them the judge knows nothing.
    assert labels([task_link(1, True)], [GapFinding(8, 4, GapKind.PARTIAL, real=True)]).whole == {(8, 4): True}


def test_item_links_say_how_items_answer() -> None:
    links = [
        LinkDecision(8, None, lower, None, strength, confirmed)
        for lower, strength, confirmed in (
            (1, Strength.IMPLEMENTS, True),
            (2, Strength.CONTRIBUTES, True),
            (3, Strength.IMPLEMENTS, False),
            (4, Strength.IMPLEMENTS, None),
        )
    ]
    assert labels(links, []).items == {(8, 1): Grade.IMPLEMENTS, (8, 2): Grade.CONTRIBUTES, (8, 3): Grade.NOT}


def match(number: int, upper: str, lower: str, *, by_hand: bool = True) -> Match:
    return Match(f"370000-edu-2020/{number}", f"371300-edu-2020/{number}", upper, lower, by_hand)


OTHERS = [match(20 + n, "推进学前教育普及普惠", "公办幼儿园在园幼儿占比提高") for n in range(8)]
PAIRS = [match(n, text, other) for n, text, other in (
    (1, "完善辍学监测机制", "建立流失学生台账"),
    (2, "加强辍学干预", "对流失学生逐一登记"),
    (3, "落实辍学报告制度", "流失学生每周清零"),
)]  # fmt: skip


def test_words_that_are_matched_again_and_again_are_suggested_with_their_sentences() -> None:
    found = suggest([*PAIRS, *OTHERS], EMPTY)
    first = next(one for one in found if one.upper_term == "辍学")
    assert "流失" in first.lower_term
    assert (first.support, first.by_hand) == (3, 3)
    assert {one.upper_text for one in first.matches} == {one.upper_text for one in PAIRS}


def test_two_witnesses_are_too_few_and_one_sentence_is_one_witness() -> None:
    assert not [one for one in suggest([*PAIRS[:2], *OTHERS], EMPTY) if one.upper_term == "辍学"]
    same = [dataclasses.replace(one, upper=PAIRS[0].upper, lower=PAIRS[0].lower) for one in PAIRS]
    assert not [one for one in suggest([*same, *OTHERS], EMPTY) if one.upper_term == "辍学"]


def test_what_the_judge_found_by_itself_or_the_thesaurus_knows_is_not_suggested() -> None:
    found = [dataclasses.replace(one, by_hand=False) for one in PAIRS]
    assert not [one for one in suggest([*found, *OTHERS], EMPTY) if one.upper_term == "辍学"]
    first = next(one for one in suggest([*PAIRS, *OTHERS], EMPTY) if one.upper_term == "辍学")
    known = Thesaurus.of([("dropout", "辍学", "same", True), ("dropout", first.lower_term, "same", False)])
    assert not [
        one
        for one in suggest([*PAIRS, *OTHERS], known)
        if (one.upper_term, one.lower_term) == ("辍学", first.lower_term)
    ]


def test_a_models_numbers_survive_being_stored() -> None:
    assert Model.of(SHIPPED.as_dict()) == SHIPPED
    with pytest.raises(ValueError, match="not the numbers"):
        Model.of({"pair": [1.0]})
    with pytest.raises(ValueError, match="features"):
        Model.of(SHIPPED.as_dict() | {"pair": [1.0]})
