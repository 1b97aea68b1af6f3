"""Properties: any input gives an outline or a clear error, and a plan of known structure is read back exactly."""

from collections.abc import Callable
from dataclasses import dataclass, field

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.documents import BlockKind, DocumentError, Outline, identify, read

Check = Callable[[Outline], Outline]
QUIET = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

NUMERALS = "一二三四五六七八九"
_PIECES = st.sampled_from(
    ["一、", "二、", "（一）", "（二）", "(三)", "1.", "2.", "3．", "10.", "4、", "（1）", "(2)", "①", "一是", "\n", "\r\n", "\u3000", " ",
     "\t", "。", "，", "；", "：", "“", "”", "《", "》", "（", "）", '"', "— 3 —", "12", "推进改革", "完善制度", "按照要求", "年底前",
     "甲市教育局", "2020年3月16日", "关于印发", "通知", "2020年工作要点", "责任单位：", "甲科、乙科", "附件：", "来源：", "STEM", "\ufeff",
     "\x0b", "\u2028", "現將", "鲁教发〔2020〕1号", "牵头", "e\u0301", "\U00020000", "2.0"]
)  # fmt: skip


@QUIET
@given(
    text=st.builds("".join, st.lists(_PIECES, max_size=60))
    | st.builds("1.推进改革。{}".format, st.lists(_PIECES, max_size=60).map("".join))
)
def test_any_mixture_of_signs_is_answered(text: str, sound: Check) -> None:
    try:
        outline = sound(read(text.encode()))
    except DocumentError as error:
        assert error.kind in {"empty", "no_items"}
    else:
        assert outline.text == text.removeprefix("\ufeff")
        identify(outline, [("370000", "山东省"), ("370200", "青岛市")])


@QUIET
@given(text=st.text(max_size=300).map(lambda text: "1.标题句。" + text))
def test_any_text_behind_a_heading_is_kept(text: str, sound: Check) -> None:
    try:
        data = text.encode()
    except UnicodeEncodeError:
        return
    try:
        outline = sound(read(data))
    except DocumentError as error:
        assert error.kind == "binary"
    else:
        assert outline.text == text


@QUIET
@given(data=st.binary(max_size=300))
def test_any_bytes_are_answered(data: bytes) -> None:
    try:
        read(data)
    except DocumentError as error:
        assert error.zh
        assert error.en


@dataclass
class Made:
    """A generated plan: its lines, and what must be read from them."""

    lines: list[str] = field(default_factory=list)
    sections: list[tuple[int, str]] = field(default_factory=list)
    items: list[tuple[str, str, list[str]]] = field(default_factory=list)


_WORDS = "推进教育改革发展完善学校管理制度落实安全责任提升教师队伍素质加强课程建设"
_NOUNS = st.text(alphabet=_WORDS, min_size=2, max_size=10)
_TITLES = _NOUNS.map(lambda noun: "做好" + noun + "工作")
_TASKS = st.lists(_NOUNS.map(lambda noun: "推进" + noun + "落地"), min_size=1, max_size=4)
_ITEMS = st.lists(st.tuples(_TITLES, _TASKS), min_size=1, max_size=3)
_CHAPTERS = st.lists(st.tuples(_TITLES, st.lists(st.tuples(_TITLES, _ITEMS, st.integers(0, 2)), min_size=1, max_size=3)), min_size=1, max_size=3)  # fmt: skip


def _add_item(made: Made, label: str, title: str, tasks: list[str], *, points: bool) -> None:
    made.items.append((label, title, tasks))
    if points:
        made.lines.append(f"{label}{title}。")
        made.lines += [f"（{k}）{task}。" for k, task in enumerate(tasks, start=1)]
    else:
        made.lines.append(f"{label}{title}。" + "，".join(tasks) + "。")


def _make(chapters: list[tuple[str, list[tuple[str, list[tuple[str, list[str]]], int]]]]) -> Made:
    """Each group is one of: （一） as an item, （一） as an item with points, （一） as a heading of numbered items."""
    made = Made()
    for c, (heading, groups) in enumerate(chapters):
        made.lines.append(f"{NUMERALS[c]}、{heading}")
        made.sections.append((1, heading))
        for g, (title, items, form) in enumerate(groups):
            label = f"（{NUMERALS[g]}）"
            if form < 2:
                _add_item(made, label, title, items[0][1], points=form == 1)
                continue
            made.lines.append(label + title)
            made.sections.append((2, title))
            for number, (name, tasks) in enumerate(items, start=1):
                _add_item(made, f"{number}.", name, tasks, points=False)
    return made


def _same(outline: Outline, made: Made) -> None:
    assert [(s.level, s.title) for s in outline.sections] == made.sections
    assert [(i.label, i.title) for i in outline.items] == [(label, title) for label, title, _ in made.items]
    for item, (_, _, tasks) in zip(outline.items, made.items, strict=True):
        assert [task.text for task in item.tasks] == tasks


@QUIET
@given(chapters=_CHAPTERS, end=st.sampled_from(["\n", "\r\n", "\n\n", "\r\n\u3000\u3000"]))
def test_known_structure_is_read_back(
    chapters: list[tuple[str, list[tuple[str, list[tuple[str, list[str]]], int]]]], end: str, sound: Check
) -> None:
    made = _make(chapters)
    outline = sound(read(end.join(made.lines).encode()))
    _same(outline, made)
    assert outline.doubts == ()


def _wrapped(lines: list[str], width: int, page: int) -> list[str]:
    """Lines broken at a width, with a page number after every `page` of them."""
    out: list[str] = []
    for line in lines:
        out += [line[i : i + width] for i in range(0, len(line), width)]
    return [
        piece
        for k, line in enumerate(out, start=1)
        for piece in ([line, "", f"— {k // page} —", ""] if k % page == 0 else [line])
    ]


@QUIET
@given(
    chapters=_CHAPTERS,
    width=st.integers(24, 40),
    page=st.integers(3, 9),
    end=st.sampled_from(["\n", "\r\n"]),
)
def test_wrapped_lines_and_page_numbers_are_read_through(
    chapters: list[tuple[str, list[tuple[str, list[tuple[str, list[str]]], int]]]],
    width: int,
    page: int,
    end: str,
    sound: Check,
) -> None:
    made = _make(chapters)
    lines = _wrapped(made.lines, width, page)
    outline = sound(read(end.join(lines).encode()))
    _same(outline, made)
    furniture = [outline.text[b.start : b.end] for b in outline.blocks if b.kind is BlockKind.FURNITURE]
    assert len(furniture) == len([line for line in lines if line.startswith("— ")])
    assert all(text.strip().startswith("—") for text in furniture)
