"""The table of transitions, held against what it promises, and against the one in the documentation."""

import re
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from app.models import LinkMethod, LinkStatus
from app.services.link_rules import PEOPLE, TRANSITIONS, By, Refusal, Standing, Wish, refusal

names = st.sampled_from(["li", "wang", "machine"])
standings = st.builds(Standing, st.sampled_from(LinkStatus), st.sampled_from(LinkMethod), names)
wishes = st.builds(Wish, st.sampled_from(LinkStatus), names, st.none() | st.just("因为"), st.booleans())


@given(standings, wishes, st.booleans())
def test_only_what_the_table_has_is_granted(link: Standing, wish: Wish, four_eyes: bool) -> None:
    step = TRANSITIONS.get((link.status, wish.status))
    corrected = link.status is wish.status is LinkStatus.CONFIRMED and wish.corrects
    granted = refusal(link, wish, four_eyes=four_eyes) is None
    assert not granted or corrected or (step is not None and step.by in PEOPLE)
    if granted and step is not None and step.reason:
        assert wish.reason


@given(standings, wishes, st.booleans())
def test_nobody_confirms_what_he_proposed(link: Standing, wish: Wish, four_eyes: bool) -> None:
    own = link.method is not LinkMethod.MACHINE and wish.actor == link.proposed_by
    granted = refusal(link, wish, four_eyes=four_eyes) is None
    if granted and wish.status is LinkStatus.CONFIRMED:
        assert not (own and four_eyes)
    if granted and wish.status is LinkStatus.WITHDRAWN:
        assert own


@given(standings.filter(lambda link: link.status in {LinkStatus.PROPOSED, LinkStatus.STALE}), st.booleans())
def test_somebody_else_can_always_decide_what_waits(link: Standing, four_eyes: bool) -> None:
    for status in (LinkStatus.CONFIRMED, LinkStatus.REJECTED):
        assert refusal(link, Wish(status, f"not {link.proposed_by}", "因为"), four_eyes=four_eyes) is None


@given(standings, wishes)
def test_four_eyes_only_ever_refuse_more(link: Standing, wish: Wish) -> None:
    without, with_it = (refusal(link, wish, four_eyes=on) for on in (False, True))
    assert with_it == without or (without in {None, Refusal.REASON_MISSING} and with_it is Refusal.FOUR_EYES)


@given(st.lists(st.tuples(st.sampled_from(LinkStatus), names), max_size=12))
def test_whatever_people_wish_a_link_never_turns_stale_nor_comes_back_to_proposed(steps: list) -> None:
    link = Standing(LinkStatus.PROPOSED, LinkMethod.PERSON, "li")
    seen = [link.status]
    for status, actor in steps:
        if refusal(link, Wish(status, actor, "因为"), four_eyes=True) is None:
            link = Standing(status, link.method, link.proposed_by)
            seen.append(status)
    assert LinkStatus.STALE not in seen
    assert LinkStatus.PROPOSED not in seen[1:]


def test_the_documentation_has_this_table() -> None:
    text = (Path(__file__).parents[2] / "docs" / "review.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)` \| `(\w+)` \| `(\w+)` \| (yes|no) \|", text, re.MULTILINE)
    told = {(start, to): (by, reason == "yes") for start, to, by, reason in rows}
    assert told == {(start, to): (step.by, step.reason) for (start, to), step in TRANSITIONS.items()}
    assert {by for by, _ in told.values()} == set(By)
