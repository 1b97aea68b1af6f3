from hypothesis import given
from hypothesis import strategies as st

from app.linking import (
    AppliesTo,
    Coverage,
    ItemText,
    Judgement,
    Opinion,
    Passage,
    PlanText,
    Quote,
    TaskText,
    TaskVerdict,
    candidates,
    doubtful,
    judge,
    prepare,
)
from app.linking.candidates import LONGEST_WHOLE, MOST_SHOWN
from app.linking.opinions import doubt

TITLE = "控辍保学"
UPPER = PlanText(
    (
        ItemText(
            1,
            TITLE,
            f"{TITLE}。健全控辍保学动态监测机制，推进乡村教师周转宿舍建设。",
            (TaskText(1, 5, 17), TaskText(2, 18, 30)),
        ),
    )
)
LEDGER = "失学风险台账每周更新，不让一名学生中途离校，做好控辍劝返"
LOWER = PlanText(
    (
        ItemText(4, "办好义务教育", f"办好义务教育。{LEDGER}。举办校园足球联赛。", ()),
        ItemText(5, "加强宣传", "加强宣传。评选优秀新闻作品，办好教育报刊。", ()),
    )
)
ABOVE, BELOW = prepare(UPPER), prepare(LOWER)
LEDGER_QUOTE = Quote(4, 7, 7 + len(LEDGER))
FOOTBALL = Quote(4, 8 + len(LEDGER), 16 + len(LEDGER))
FIRST, SECOND = (1, 1), (1, 2)


def scores(judgement: Judgement) -> dict[tuple[int, int], float]:
    return {(verdict.item, verdict.task): verdict.score for verdict in judgement.tasks}


def judged(**opinions: Opinion) -> Judgement:
    keys = {"first": FIRST, "second": SECOND}
    return judge(ABOVE, BELOW, opinions={keys[name]: opinion for name, opinion in opinions.items()})


def test_without_opinions_nothing_is_different() -> None:
    assert judged() == judge(ABOVE, BELOW)


def test_an_opinion_lifts_what_it_quotes_and_becomes_the_evidence() -> None:
    plain, settled = judged().tasks, judged(first=Opinion(Coverage.PARTIAL, (LEDGER_QUOTE,))).tasks
    assert plain[0].coverage is Coverage.NONE
    assert settled[0].coverage is Coverage.PARTIAL
    assert settled[0].score > plain[0].score
    best = settled[0].evidence[0]
    assert LOWER.items[0].text[best.start : best.end].startswith("失学风险台账每周更新")
    # The task beside it is another matter.
    assert settled[1] == plain[1]


def test_an_opinion_is_worth_no_more_than_its_evidence() -> None:
    for verdict in (Coverage.FULL, Coverage.PARTIAL):
        settled = judged(second=Opinion(verdict, (FOOTBALL, Quote(5, 0, 4)))).tasks[1]
        assert settled.coverage is Coverage.NONE
        assert not settled.evidence


def test_an_opinion_that_finds_nothing_only_lowers() -> None:
    sure = PlanText((ItemText(4, TITLE, f"{TITLE}。健全控辍保学动态监测机制。", ()),))
    below = prepare(sure)
    plain, settled = judge(ABOVE, below), judge(ABOVE, below, opinions={FIRST: Opinion(Coverage.NONE)})
    assert plain.tasks[0].coverage is Coverage.FULL
    assert settled.tasks[0].score < plain.tasks[0].score
    # Words that are sure are not outweighed.
    assert settled.tasks[0].coverage is Coverage.FULL


def test_full_or_partial_is_what_the_reader_says() -> None:
    below = prepare(PlanText((ItemText(4, TITLE, f"{TITLE}。健全控辍保学动态监测机制。", ()),)))
    for verdict in (Coverage.FULL, Coverage.PARTIAL):
        found = judge(ABOVE, below, opinions={FIRST: Opinion(verdict, (Quote(4, 5, 17),))})
        assert found.tasks[0].coverage is verdict


def test_opinions_on_what_is_not_there_are_left_out() -> None:
    odd = {(9, 9): Opinion(Coverage.FULL, (LEDGER_QUOTE,)), FIRST: Opinion(Coverage.FULL, (Quote(77, 0, 5),))}
    assert judge(ABOVE, BELOW, opinions=odd) == judge(ABOVE, BELOW)


@given(
    verdict=st.sampled_from(Coverage),
    quotes=st.lists(st.tuples(st.sampled_from([4, 5]), st.integers(0, 40), st.integers(0, 60)), max_size=4),
)
def test_whatever_is_quoted_the_judgement_stays_sound(verdict: Coverage, quotes: list[tuple[int, int, int]]) -> None:
    texts = {item.number: item.text for item in LOWER.items}
    given_quotes = tuple(Quote(item, start, min(start + more, len(texts[item]))) for item, start, more in quotes)
    found = judged(second=Opinion(verdict, given_quotes))
    assert found.tasks[0] == judged().tasks[0]
    assert (found.tasks[1].coverage is Coverage.NONE) == (not found.tasks[1].evidence)
    for evidence in found.tasks[1].evidence:
        assert 0 <= evidence.start < evidence.end <= len(texts[evidence.item])


def test_the_most_doubtful_come_first_and_only_what_is_a_citys() -> None:
    verdicts = [TaskVerdict(1, task, Coverage.NONE, task / 10, ()) for task in range(11)]
    scopes = {(1, task): AppliesTo.CITY for task in range(11)} | {(1, 4): AppliesTo.PROVINCE}
    found = doubtful(Judgement((), tuple(verdicts)), scopes, 0.5)
    assert found[:2] == [(1, 5), (1, 3)]
    # Half of eleven tasks.
    assert len(found) == round(0.5 * 11)
    assert (1, 4) not in found
    assert doubtful(Judgement((), ()), {}, 1.0) == []


@given(st.floats(0, 1))
def test_nothing_is_more_doubtful_than_the_middle(score: float) -> None:
    assert doubt(score) >= doubt(0.4) == 0


def test_candidates_are_whole_items_in_the_plans_order() -> None:
    assert candidates(ABOVE, BELOW)[1] == (
        Passage(4, ((0, len(LOWER.items[0].text)),)),
        Passage(5, ((0, len(LOWER.items[1].text)),)),
    )
    assert candidates(ABOVE, prepare(PlanText(()))) == {}


def test_of_a_very_long_item_the_likeliest_sentences_are_shown() -> None:
    long = "工作安排。" + "继续做好其他各项工作，确保取得实效。" * 200 + f"{LEDGER}。" + "继续做好后勤保障工作。" * 200
    (passage,) = candidates(ABOVE, prepare(PlanText((ItemText(4, "工作安排", long, ()),))))[1]
    shown = [long[start:end] for start, end in passage.ranges]
    assert shown[0] == "工作安排"
    assert any(LEDGER in piece for piece in shown)
    assert sum(map(len, shown)) <= LONGEST_WHOLE <= MOST_SHOWN


def test_a_sentence_that_is_quoted_for_everything_is_evidence_of_nothing() -> None:
    """So is an order in the plan that a reader obeys, or the favourite of one who guesses."""
    items = tuple(
        ItemText(number, f"第{number}项", f"第{number}项。健全控辍保学动态监测机制。", (TaskText(1, 5, 17),))
        for number in range(1, 5)
    )
    above = prepare(PlanText(items))
    opinions = {(number, 1): Opinion(Coverage.FULL, (LEDGER_QUOTE,)) for number in range(1, 5)}
    assert judge(above, BELOW, opinions=opinions) == judge(above, BELOW)
    few = {key: opinions[key] for key in list(opinions)[:3]}
    assert judge(above, BELOW, opinions=few) != judge(above, BELOW)


def test_an_opinion_whose_evidence_does_not_carry_says_nothing_about_how_far() -> None:
    below = prepare(
        PlanText(
            (
                ItemText(4, "控辍", "控辍。做好控辍保学监测。", ()),
                ItemText(5, "加强宣传", "加强宣传。评选优秀新闻作品。", ()),
            )
        )
    )
    words = judge(ABOVE, below)
    given_on = {FIRST: Opinion(Coverage.FULL, (Quote(5, 5, 13),))}
    assert [v.coverage for v in judge(ABOVE, below, opinions=given_on).tasks] == [v.coverage for v in words.tasks]
