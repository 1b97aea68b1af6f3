"""The chain itself, without a database: whatever the rows become, the check finds it."""

import json
from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from app.audit import chain
from app.audit.chain import Finding, Head, Kind, Row, Unreadable

KEY = b"a key for tests, of no use elsewhere"
COUNT = 8


def chained(count: int, *, pruned: int = 0) -> tuple[list[Row], Head]:
    """A chain of `count` entries, the first `pruned` of which are gone."""
    head, rows, checkpoint = Head(), [], ""
    for number in range(1, count + 1):
        body = {name: f"{name} {number}" for name in chain.COLUMNS} | {"adcode": None}
        body |= {"number": number, "previous": head.mac}  # type: ignore[dict-item]
        text = chain.canonical(body)
        row = Row(number, **chain.columns(body), body=text, mac=chain.entry_mac(KEY, text))
        rows.append(row)
        head = head.follow(number=number, mac=row.mac, at=row.at)
        checkpoint = row.mac if number == pruned else checkpoint
    return rows[pruned:], replace(head, pruned=pruned, pruned_mac=checkpoint)


def check(rows: list[Row], head: Head | None) -> list[Finding]:
    return list(chain.check(sorted(rows, key=lambda row: row.number), head, KEY))


ROWS, HEAD = chained(COUNT)
NUMBERS = st.integers(1, COUNT)


@settings(deadline=None)  # a loaded machine is no failure
@given(st.integers(0, COUNT), st.integers(0, COUNT))
def test_a_whole_chain_is_whole(count: int, pruned: int) -> None:
    rows, head = chained(count, pruned=min(count, pruned))
    assert check(rows, head) == []


@settings(deadline=None)  # a loaded machine is no failure
@given(st.permutations(range(COUNT)))
def test_any_other_order_is_found(order: list[int]) -> None:
    moved = [ROWS[source]._replace(number=place + 1) for place, source in enumerate(order)]
    wrong = [place + 1 for place, source in enumerate(order) if place != source]
    found = check(moved, HEAD)
    assert [finding.first for finding in found if "this is entry" in finding.detail] == wrong


@settings(deadline=None)  # a loaded machine is no failure
@given(st.sets(NUMBERS))
def test_any_removed_entries_are_named(gone: set[int]) -> None:
    found = check([row for row in ROWS if row.number not in gone], HEAD)
    named = {number for finding in found for number in range(finding.first or 0, (finding.last or 0) + 1)}
    assert named == gone
    assert all(finding.kind in {Kind.MISSING, Kind.REMOVED_AT_END} for finding in found)


@settings(deadline=None)  # a loaded machine is no failure
@given(NUMBERS, st.sampled_from(Row._fields[1:]), st.one_of(st.text(), st.none(), st.integers(), st.binary()))
def test_any_changed_cell_is_found_and_only_that(number: int, name: str, value: object) -> None:
    row = ROWS[number - 1]
    changed: Any = {name: value}
    found = check([*ROWS[: number - 1], row._replace(**changed), *ROWS[number:]], HEAD)
    if value == getattr(row, name):
        assert found == []
    else:
        assert [(finding.kind, finding.first, finding.last) for finding in found] == [(Kind.ALTERED, number, number)]


@settings(deadline=None)  # a loaded machine is no failure
@given(st.integers(0, COUNT))
def test_an_entry_of_another_key_is_found(number: int) -> None:
    body = chain.canonical(json.loads(ROWS[-1].body) | {"number": number})
    forged = ROWS[-1]._replace(number=number, body=body, mac=chain.entry_mac(b"another key", body))
    found = check([*(row for row in ROWS if row.number != number), forged], HEAD)
    assert any(finding.first == number for finding in found)


def test_what_cannot_be_read_is_named_and_the_rest_is_checked() -> None:
    altered = ROWS[6]._replace(actor="x")
    rows: list[Row | Unreadable] = [*ROWS[:2], Unreadable(3, "no text"), *ROWS[3:6], altered, *ROWS[7:]]
    found = list(chain.check(rows, HEAD, KEY))
    assert [(finding.kind, finding.first) for finding in found] == [(Kind.UNREADABLE, 3), (Kind.ALTERED, 7)]
    found = list(chain.check([*ROWS[:2], Unreadable(3, "no page", rest=True)], HEAD, KEY))
    assert [(finding.kind, finding.first, finding.last) for finding in found] == [(Kind.UNREADABLE, 3, None)]


def test_without_a_head_the_entries_are_held_against_each_other() -> None:
    assert check(ROWS[2:5], None) == []
    assert [finding.first for finding in check([ROWS[0], ROWS[2]], None)] == [2]


@settings(deadline=None)  # a loaded machine is no failure
@given(st.text(max_size=200))
def test_a_head_opens_only_as_it_was_signed(text: str) -> None:
    body, mac = HEAD.signed(KEY)
    assert Head.opened(KEY, body, mac) == HEAD
    assert Head.opened(b"another key", body, mac) is None
    assert Head.opened(KEY, text, mac) is None
    assert Head.opened(KEY, body, text) is None
    assert Head.opened(KEY, body, chain.entry_mac(KEY, body)) is None, "an entry's code is no head's"


@settings(deadline=None)  # a loaded machine is no failure
@given(st.dictionaries(st.text(), st.one_of(st.none(), st.booleans(), st.integers(), st.text())))
def test_a_value_has_one_text(value: dict[str, object]) -> None:
    text = chain.canonical(value)
    assert chain.canonical(dict(reversed(list(value.items())))) == text
    assert "\n" not in text
    text.encode()
