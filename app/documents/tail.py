"""What stands behind the last item: signature, date, attachments, 版记, a web page's footer."""

from dataclasses import dataclass, field

from app.documents.dates import is_date_line
from app.documents.elements import RUNNING_ON, foot_element
from app.documents.lines import Line, is_page_number
from app.documents.marks import Marks
from app.documents.organs import is_organ
from app.documents.titles import is_attachment_heading, names_attachments
from app.documents.units import Body
from app.documents.units import Span as Share
from app.documents.values import BlockKind, Doubt, MarkKind, Span

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
    cut = _tail_start(lines, last.spans, first, marks)
    first_line = body.end_line if cut is None else last.spans[cut].line
    if cut is not None:
        del last.spans[cut:]
        last.points = [point for point in last.points if point.span.line < first_line]
    tail = Tail(first_line)
    web = any(not is_page_number(lines[i].text) for i in furniture if i > last.spans[-1].line)
    _sort(lines, tail, furniture, marks, trusted=trust_lone_date and not web)
    _doubt_the_rest(lines, tail, furniture)
    return tail


def _sort(lines: list[Line], tail: Tail, furniture: set[int], marks: Marks, *, trusted: bool) -> None:
    """Say of each line what it is.

    A list of attachments (附件：1.…) stands before the signature; an attachment itself begins with 附件 alone, or
    behind the date, and reaches to the 版记, which GB/T 9704 prints on a document's last page.
    """
    listed = attached = False
    above: BlockKind | None = None
    for i in range(tail.first_line, len(lines)):
        text = lines[i].text
        if not text or i in furniture:
            if text:
                tail.kinds[i] = BlockKind.FURNITURE
            continue
        begins = is_attachment_heading(text) or marks.kind(i) is MarkKind.ATTACHMENT
        listed = (listed and tail.date is None) or names_attachments(text)
        attached = attached or begins or (listed and tail.date is not None)
        kind = None if begins else _foot(text, above, lines[i - 1].text)
        if kind is None and (attached or names_attachments(text)):
            kind = BlockKind.ATTACHMENT
        if kind is None:
            kind = _kind(lines, i, tail, trusted=trusted)
        if kind is BlockKind.FURNITURE and listed:
            kind = BlockKind.ATTACHMENT
        tail.kinds[i] = above = kind


def _foot(text: str, above: BlockKind | None, line_above: str) -> BlockKind | None:
    """An element of the 版记, or the rest of one that runs on from the line above."""
    kind = foot_element(text)
    if kind is None and above in RUNNING_ON and line_above and not line_above.endswith(("。", "）", ")")):
        return above
    return kind


def _tail_start(lines: list[Line], spans: list[Share], first: int, marks: Marks) -> int | None:
    """The first of a unit's lines, from number `first` on, that is a signature or a date."""
    numbers = [span.line for span in spans]
    first = max([first, *(k + 1 for k, line in enumerate(numbers) if marks.keeps(line))])
    for k in range(first, len(numbers)):
        if marks.goes_on(numbers[k]) or not spans[k].fresh:
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
        if kind is BlockKind.ATTACHMENT
        or (kind is BlockKind.FURNITURE and i not in furniture and not is_date_line(lines[i].text))
    ]
    if rest:
        start, end = lines[rest[0]].first, lines[rest[-1]].last
        tail.doubts.append(Doubt("after_the_plan", start, end, "正文之后的附件、附注等内容没有读入"))
