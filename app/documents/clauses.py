"""An item's text cut into its title and its commitments."""

import re
from dataclasses import dataclass

from app.documents.brackets import Protection
from app.documents.phrases import Role, role_of

_TERMINATOR = re.compile(r"[。！？!?]")
_CUT = re.compile(r"[，,；;。！？!?]|[：:](?=\s*(?:[（(][0-9]{1,2}[）)]|[⑴-⒇①-⑳]|[一二三四五六七八九十]是))")
_THOUSANDS = re.compile(r"(?<=[0-9]),(?=[0-9]{3}(?![0-9]))")
_MARKER = re.compile(
    r"[—―─]{1,2}|[•●▪◆■]|(?:[（(]\s*[0-9]{1,2}\s*[）)]|[⑴-⒇]|[①-⑳]|[0-9]{1,2}[)）]|第?[一二三四五六七八九十]{1,2}(?:是(?!否)|要(?![点素件求]))|第[一二三四五六七八九十]{1,2}(?=，))[，、]?"
)
_LABEL = re.compile(r"[0-9０-９]{1,3}(?:[.．](?![0-9])|、)")
# 落实责任：巩固…: a colon that early does the work of the full stop behind a title.
_TITLE_COLON = re.compile(r"[^，,；;。！？：:]{4,30}[：:](?=.{10})")
_EDGE = "，,；;。！？!?：:、 "


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause of an item's text; `opens` when it begins a sentence or a point, `marked` when a marker stood before it."""

    start: int
    end: int
    opens: bool
    marked: bool


def title_end(text: str, protection: Protection, breaks: list[int], notes: tuple[tuple[int, int], ...]) -> int:
    """Where the first sentence ends: before its full stop, early colon or note, or at the end of the first paragraph."""
    limit = next((b for b in breaks if b > 0), len(text))
    if notes and 0 < notes[0][0] < limit:
        limit = notes[0][0]
    colon = _TITLE_COLON.match(text, 0, limit)
    if colon and not protection.covers(colon.end() - 1):
        return colon.end() - 1
    for match in _TERMINATOR.finditer(text, 0, limit):
        if match.start() and not protection.covers(match.start()):
            return match.start()
    return limit


def cut(
    text: str, start: int, protection: Protection, breaks: list[int], notes: tuple[tuple[int, int], ...]
) -> list[tuple[int, int]]:
    """The ranges of an item's tasks from `start` on. If nothing behind the title is one, the title's own clauses."""
    tasks = _tasks(text, _clauses(text, start, protection, breaks, notes))
    if not tasks:
        tasks = _tasks(text, _clauses(text, 0, protection, breaks, notes))
    return tasks or [(0, start or len(text))]


def _clauses(
    text: str, start: int, protection: Protection, breaks: list[int], notes: tuple[tuple[int, int], ...]
) -> list[Clause]:
    inside = {place for first, last in notes for place in range(first + 1, last)}
    stops = {b for b in breaks if b > start and b not in inside} | {n for note in notes for n in note if n > start}
    cuts = {m.start() for m in _CUT.finditer(text, start) if not protection.covers(m.start())}
    cuts -= {m.start() for m in _THOUSANDS.finditer(text, start)}
    cuts -= inside
    places = sorted(cuts | stops | {len(text)})
    noted = {first for first, _ in notes}
    clauses: list[Clause] = []
    begin, opens = start, True
    for place in places:
        if begin not in noted and place > begin:
            clause = _trim(text, begin, place, opens=opens, at_break=begin in stops or begin == start)
            clauses += [clause] if clause else []
        opens = place in stops or (place < len(text) and text[place] not in "，,") or (opens and place == begin)
        begin = place if place in stops else place + 1
    return clauses


def _trim(text: str, start: int, end: int, *, opens: bool, at_break: bool) -> Clause | None:
    """A clause without the marker before it and the punctuation around it; None if nothing is left."""
    marked = False
    while start < end and text[start] in _EDGE:
        start += 1
    while True:
        marker = _MARKER.match(text, start, end) or (_LABEL.match(text, start, end) if at_break else None)
        if not marker or marker.end() >= end:
            break
        start, marked = marker.end(), True
    while end > start and text[end - 1] in _EDGE:
        end -= 1
    return Clause(start, end, opens or marked, marked) if end > start else None


def _tasks(text: str, clauses: list[Clause]) -> list[tuple[int, int]]:
    """Put together what is no commitment by itself, sentence by sentence."""
    tasks: list[tuple[int, int]] = []
    sentence: list[Clause] = []
    for clause in clauses:
        if clause.opens and sentence:
            tasks += _merge(text, sentence, points_follow=clause.marked)
            sentence = []
        sentence.append(clause)
    return tasks + _merge(text, sentence, points_follow=False)


def _merge(text: str, sentence: list[Clause], *, points_follow: bool) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    pending: int | None = None  # where a lead-in began that waits for its clause
    for clause in sentence:
        role = role_of(text[clause.start : clause.end])
        start = clause.start if pending is None else pending
        if role is Role.LEADS_IN:
            pending = start
        elif role is Role.HANGS_ON and pending is None and merged:
            merged[-1] = (merged[-1][0], clause.end)
        elif role is Role.STATES or (role is Role.ANNOUNCES and points_follow):
            pending = None
        else:
            merged.append((start, clause.end))
            pending = None
    if pending is not None and merged:
        merged[-1] = (merged[-1][0], sentence[-1].end)
    elif pending is not None and len(sentence) > 1:
        merged.append((pending, sentence[-1].end))
    return merged
