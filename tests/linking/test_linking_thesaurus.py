from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.linking import EMPTY, Coverage, Thesaurus, judge, prepare
from app.linking.normalise import fold
from app.linking.thesaurus import longest
from tests.evaluation.cases import thesaurus
from tests.linking.plans import plan

ROWS = [
    ("dropout", "防止辍学", "same", True),
    ("dropout", "控辍保学", "same", False),
    ("dropout", "劝返复学", "narrower", False),
    ("dropout", "义务教育保障", "broader", False),
    ("alarm", "一键报警", "same", True),
    ("alarm", "一键式紧急报警装置", "same", False),
]


def of(rows: list[tuple[str, str, str, bool]]) -> Thesaurus:
    return Thesaurus.of(rows)


def test_the_digest_tells_what_matters_apart_and_nothing_else() -> None:
    shuffled = ROWS[:]
    Random(1).shuffle(shuffled)  # noqa: S311
    assert of(shuffled).digest == of(ROWS).digest == of(ROWS + ROWS).digest
    assert of(ROWS[1:]).digest != of(ROWS).digest
    assert of([("dropout", "防止輟學", "same", False), *ROWS[1:]]).digest == of(ROWS).digest
    assert EMPTY.digest == of([]).digest
    assert EMPTY.occurrences("控辍保学") == []


def test_a_group_is_called_by_its_preferred_term() -> None:
    assert of([*reversed(ROWS)]).names == {"dropout": "防止辍学", "alarm": "一键报警"}


def test_an_unknown_relation_is_refused() -> None:
    with pytest.raises(ValueError, match="related"):
        of([("a", "某某", "related", False)])


def test_a_single_character_is_no_term() -> None:
    assert of([("a", "学", "same", False)]).terms == {}


def test_a_word_of_one_or_two_groups_stands_for_them_and_one_of_more_for_none() -> None:
    assert [(c.group, c.relation) for c in of(ROWS).terms["辍学"]] == [("dropout", "broader")]
    assert "辍学" in of(ROWS).parts
    more = [(group, f"{word}辍学", "same", False) for group, word in (("a", "留守"), ("b", "隐性"))]
    assert [c.group for c in of([*ROWS, more[0]]).terms["辍学"]] == ["a", "dropout"]
    assert "辍学" not in of([*ROWS, *more]).terms
    given = of([*ROWS, ("dropout", "辍学", "same", False)])
    assert [(c.group, c.relation) for c in given.terms["辍学"]] == [("dropout", "same")]
    # What is written out only in part is found too, for less.
    upper = plan(("保障就学", ["推进控辍保学"]))
    known, score = of(ROWS), {}
    for words in ("防止辍学", "紧盯辍学", "紧盯煤改电"):
        score[words] = judge(prepare(upper, known), prepare(plan(("其他", [words])), known)).tasks[0].score
    assert score["防止辍学"] > score["紧盯辍学"] > score["紧盯煤改电"]


@given(st.text("控辍保学一键报警装置式紧急 ，", max_size=40))
def test_all_occurrences_are_found_and_the_longest_hold_the_others(text: str) -> None:
    known = of(ROWS)
    found = known.occurrences(text)
    plain = {(s, s + len(t)) for t in known.terms for s in range(len(text)) if text.startswith(t, s)}
    assert {(one.start, one.end) for one in found} == plain
    kept = longest(found)
    assert all(any(k.start <= one.start and one.end <= k.end for k in kept) for one in found)
    assert not any(a is not b and a.start <= b.start and b.end <= a.end for a in kept for b in kept)


def test_another_name_counts_nearly_as_much_as_the_same_one_and_a_narrower_one_less() -> None:
    upper = plan(("保障就学", ["推进控辍保学"]))

    def score(sentence: str, known: Thesaurus) -> float:
        return judge(prepare(upper, known), prepare(plan(("其他", [sentence])), known)).tasks[0].score

    same, narrower, none = (score(f"认真{words}", of(ROWS)) for words in ("防止辍学", "劝返复学", "推广垃圾分类"))
    assert score("推进控辍保学", of(ROWS)) > same > narrower > none
    assert score("认真防止辍学", EMPTY) < same


def test_a_narrower_term_alone_is_not_the_whole() -> None:
    upper = plan(("保障就学", ["推进控辍保学"]))
    found = judge(prepare(upper, of(ROWS)), prepare(plan(("保障就学", ["做好劝返复学"])), of(ROWS))).tasks[0]
    assert found.coverage is not Coverage.FULL


def test_the_shipped_thesaurus_is_sound() -> None:
    shipped = thesaurus()
    assert len(shipped.names) > 1000
    assert all(term == fold(term).text for term in shipped.terms)
    assert all(any(c.relation == "same" for c in concepts) or concepts for concepts in shipped.terms.values())
