"""What stands behind the last item: signature, date, annexes, a web page's footer."""

from dataclasses import dataclass, field

from app.documents.dates import is_date_line
from app.documents.lines import Line, is_page_number
from app.documents.marks import Marks
from app.documents.organs import is_organ
from app.documents.units import Body, ends_closed
from app.documents.values import BlockKind, Doubt, Span

_MOST_SIGNERS = 8


@dataclass(slots=True)
class Tail:
    """The lines behind the plan with their kinds; `date` is signed or trusted, otherwise there is a doubt."""

    first_line: int
    kinds: dict[int, BlockKind] = field(default_factory=dict)
    signature: Span | None = None
    date: Span | None = None
    doubts: list[Doubt] = field(default_factory=list)


def read_tail(lines: list[Line], body: Body, furniture: set[int], marks: Marks, *, trust_lone_date: bool) -> Tail:
    """Take the tail's lines off the last unit and sort them.

    A date without a signature counts as the date of issue only if `trust_lone_date` (the document has a number)
    and no web page's furniture stands around it.
    """
    last = body.units[-1]
    # A label alone on its line has its text on the next one.
    first = 2 if last.spans[0].start == last.spans[0].end else 1
    cut = _tail_start(lines, [span.line for span in last.spans], first, marks)
    first_line = body.end_line if cut is None else last.spans[cut].line
    if cut is not None:
        del last.spans[cut:]
        last.points = [point for point in last.points if point.line < first_line]
    tail = Tail(first_line)
    web = any(not is_page_number(lines[i].text) for i in furniture if i > last.spans[-1].line)
    trusted = trust_lone_date and not web
    for i in range(first_line, len(lines)):
        if lines[i].text:
            tail.kinds[i] = BlockKind.FURNITURE if i in furniture else _kind(lines, i, tail, trusted=trusted)
    _doubt_the_rest(lines, tail, furniture)
    return tail


def _tail_start(lines: list[Line], numbers: list[int], first: int, marks: Marks) -> int | None:
    """The first of a unit's lines, from number `first` on, that is a signature or a date."""
    first = max([first, *(k + 1 for k, line in enumerate(numbers) if marks.keeps(line))])
    for k in range(first, len(numbers)):
        if marks.goes_on(numbers[k]):
            continue
        if not marks.paragraphs and not ends_closed(lines[numbers[k - 1]].text):
            continue
        end = k
        while end < min(len(numbers), k + _MOST_SIGNERS) and is_organ(lines[numbers[end]].text):
            end += 1
        if end == len(numbers) and end > k:
            return k
        if end < len(numbers) and is_date_line(lines[numbers[end]].text):
            return k
    return None


def _kind(lines: list[Line], i: int, tail: Tail, *, trusted: bool) -> BlockKind:
    line = lines[i]
    here = Span(line.first, line.last)
    if is_date_line(line.text):
        above = next((j for j in range(i - 1, -1, -1) if lines[j].text), None)
        signed = above is not None and tail.kinds.get(above) is BlockKind.SIGNATURE
        if not signed:
            assumed = "仍按成文日期处理" if trusted else "按网页日期处理，不作为成文日期"
            tail.doubts.append(Doubt("unsigned_date", here.start, here.end, f"日期没有署名，{assumed}"))
        if signed or trusted:
            tail.date = tail.date or here
            return BlockKind.DATE
        return BlockKind.FURNITURE
    if is_organ(line.text) and tail.date is None:
        tail.signature = tail.signature or here
        return BlockKind.SIGNATURE
    return BlockKind.FURNITURE


def _doubt_the_rest(lines: list[Line], tail: Tail, furniture: set[int]) -> None:
    rest = [
        i
        for i, kind in tail.kinds.items()
        if kind is BlockKind.FURNITURE and i not in furniture and not is_date_line(lines[i].text)
    ]
    if rest:
        start, end = lines[rest[0]].first, lines[rest[-1]].last
        tail.doubts.append(Doubt("after_the_plan", start, end, "正文之后的附件、附注等内容没有读入"))
