"""Plans of known content in every outline that offices write, as paragraphs; and as files that hold them.

`plans()` gives the structure, `written()` lays it out: wrapped or not, with page numbers, a web page's lines, a contents
page, 版头 and 版记, attachments, in one of the usual encodings.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date

import opencc
from hypothesis import strategies as st

NUMERALS = "一二三四五六七八九十"
_FULL = str.maketrans("0123456789", "０１２３４５６７８９")
# Each form of numbering in the ways it is typed.
FORMS: dict[str, Sequence[Callable[[int], str]]] = {
    "部分": [lambda n: f"第{NUMERALS[n - 1]}部分　", lambda n: f"第{NUMERALS[n - 1]}部分：", lambda n: f"第{n}部分 "],
    "章": [lambda n: f"第{NUMERALS[n - 1]}章　", lambda n: f"第{NUMERALS[n - 1]}章 "],
    "节": [lambda n: f"第{NUMERALS[n - 1]}节　"],
    "条": [lambda n: f"第{NUMERALS[n - 1]}条　", lambda n: f"第{n}条　"],
    "一、": [lambda n: f"{NUMERALS[n - 1]}、", lambda n: f"{NUMERALS[n - 1]}．"],
    "（一）": [
        lambda n: f"（{NUMERALS[n - 1]}）",
        lambda n: f"({NUMERALS[n - 1]})",
        lambda n: f"（{NUMERALS[n - 1]}）、",
        lambda n: "㈠㈡㈢㈣㈤㈥㈦㈧㈨㈩"[n - 1],
    ],
    "1.": [
        lambda n: f"{n}.",
        lambda n: f"{n}．",
        lambda n: f"{n}、",
        lambda n: f"{n}．".translate(_FULL),
        lambda n: "⒈⒉⒊⒋⒌⒍⒎⒏⒐⒑⒒⒓⒔⒕⒖⒗⒘⒙⒚⒛"[n - 1] if n <= 20 else f"{n}.",
    ],
    "（1）": [lambda n: f"（{n}）", lambda n: f"({n})", lambda n: "⑴⑵⑶⑷⑸⑹⑺⑻⑼⑽"[n - 1], lambda n: f"{n}）"],
    "①": [lambda n: "①②③④⑤⑥⑦⑧⑨⑩"[n - 1]],
    "第一，": [lambda n: f"第{NUMERALS[n - 1]}，"],
}
# From the highest heading to the items. The points of an item are （1） or ①, whichever stands below it.
SCHEMES = [
    ("一、", "（一）", "1."),
    ("一、", "1."),
    ("一、", "（一）"),
    ("（一）", "1."),
    ("1.",),
    ("（一）",),
    ("一、",),
    ("部分", "一、", "（一）"),
    ("部分", "一、", "（一）", "1."),
    ("章", "节", "一、"),
    ("章", "条"),
    ("一、", "1.", "（1）"),
    ("一、", "（1）"),
    ("一、", "（一）", "1.", "（1）"),
    ("一、", "第一，"),
    ("第一，",),
    ("（1）",),
    ("①",),
    ("1.", "（一）"),
    ("一、", "1.", "（一）"),
]
_INVERTED = [("1.", "（一）"), ("一、", "1.", "（一）")]

_WORDS = "推进教育改革发展学校管理安全责任提升教师队伍素质课程建设均衡普惠特色办学质量"
_NOUNS = st.text(alphabet=_WORDS, min_size=2, max_size=9)
_SHORT_TITLES = _NOUNS.map(lambda noun: f"做好{noun}工作")
_TITLES = _SHORT_TITLES | st.tuples(_NOUNS, _NOUNS).map(lambda nouns: f"坚持{nouns[0]}，全面提升{nouns[1]}水平")
_TASK = (
    _NOUNS.map(lambda noun: f"推进{noun}落地")
    | _NOUNS.map(lambda noun: f"建立{noun}制度")
    | st.tuples(_NOUNS, st.integers(2, 3000)).map(lambda t: f"新建{t[1]}所{t[0]}学校")
    | st.tuples(_NOUNS, st.integers(2, 99)).map(lambda t: f"推动“{t[0]}”《{t[0]}》机制覆盖{t[1]}.5%以上的学校")
)
_UNITS = st.lists(
    st.sampled_from(["市教育局", "市财政局", "基础教育科", "人事处（党委办）", "各县（区）政府", "市委组织部"]),
    min_size=1,
    max_size=4,
    unique=True,
)
_DEADLINES = st.none() | st.sampled_from(["2021年6月底前", "年底前", "全年推进", "2021年9月"])


@dataclass
class PlannedItem:
    """What must be read of an item."""

    label: str
    title: str
    section: str | None
    tasks: list[str]
    lead: str | None = None
    units: list[str] = field(default_factory=list)
    deadline: str | None = None


@dataclass
class Planned:
    """A plan's paragraphs, and what must be read from them: sections as label and title, items in order."""

    paragraphs: list[str] = field(default_factory=list)
    sections: list[tuple[str, str]] = field(default_factory=list)
    items: list[PlannedItem] = field(default_factory=list)


@dataclass
class Written:
    """A file and what must be read from it beside the plan."""

    data: bytes
    plan: Planned
    furniture: list[str]
    attachment: list[str]
    number: str | None
    issued_on: date | None
    plan_title: str


class _Writer:
    """Writes a plan of one scheme, choosing as it goes."""

    def __init__(self, draw: st.DrawFn, scheme: Sequence[str]) -> None:
        self.draw = draw
        self.scheme = scheme
        self.form = {name: draw(st.sampled_from(FORMS[name])) for name in scheme}
        low = "①" if scheme[-1] == "（1）" else draw(st.sampled_from(["（1）", "①"]))
        self.point = draw(st.sampled_from(FORMS["①" if scheme[-1] in ("①", "第一，") else low]))
        self.made = Planned()
        self.goes_on = scheme == ("一、", "1.") and draw(st.booleans())
        self.number = 0

    def write(self) -> Planned:
        self._level(0, None)
        return self.made

    def _level(self, depth: int, section: str | None) -> None:
        last = depth == len(self.scheme) - 1
        name = self.scheme[depth]
        fewest = 2 if tuple(self.scheme) in _INVERTED or name in ("（1）", "第一，") else 1
        for k in range(1, self.draw(st.integers(fewest, 3)) + 1):
            self.number += last
            label = self.form[name](self.number if self.goes_on and last else k)
            if last or (name == "（一）" and self.scheme[-1] == "1." and depth and self.draw(st.integers(0, 3)) == 0):
                self._item(label, section)
            else:
                title = self.draw(_TITLES)
                self.made.sections.append((label.strip(), title))
                self.made.paragraphs.append(label + title)
                if depth == 0 and self.scheme[1] in ("1.", "（一）") and self.draw(st.integers(0, 5)) == 0:
                    self.made.paragraphs += [f"——坚持{self.draw(_NOUNS)}。把牢方向。" for _ in range(2)]
                self._level(depth + 1, title)

    def _item(self, label: str, section: str | None) -> None:
        title = self.draw(_TITLES)
        tasks = self.draw(st.lists(_TASK, min_size=1, max_size=4))
        item = PlannedItem(label.strip(), title, section, tasks)
        self.made.items.append(item)
        self.made.paragraphs += self._body(label + title + "。", tasks)
        self._note(item)

    def _body(self, head: str, tasks: list[str]) -> list[str]:
        """The tasks as sentences, as clauses, as points in lines of their own, or as 一是…二是…."""
        shapes = ["clauses", "sentences", "points", "一是", "paragraph", *(["①"] if self.scheme[-1] != "①" else [])]
        shape = self.draw(st.sampled_from(shapes))
        if shape == "points" and self.scheme[-1] not in ("（1）", "①", "第一，"):
            return [head, *(f"{self.point(k)}{task}。" for k, task in enumerate(tasks, start=1))]
        if shape == "一是":
            return [head + "；".join(f"{NUMERALS[k]}是{task}" for k, task in enumerate(tasks)) + "。"]
        if shape == "①":
            return [head + "；".join(f"{'①②③④'[k]}{task}" for k, task in enumerate(tasks)) + "。"]
        if shape == "sentences":
            return [head + "".join(f"{task}。" for task in tasks)]
        if shape == "paragraph" and self.scheme[-1] not in ("（1）", "第一，"):
            return [head, "，".join(tasks) + "。"]
        return [head + "，".join(tasks) + "。"]

    def _note(self, item: PlannedItem) -> None:
        """Who is responsible, and until when: in brackets, in the paragraph, or in lines of its own."""
        if self.draw(st.integers(0, 2)) == 0:
            return
        units, deadline = self.draw(_UNITS), self.draw(_DEADLINES)
        item.lead, item.units, item.deadline = units[0], units, deadline
        parts = [f"牵头单位：{units[0]}", *([f"配合单位：{'、'.join(units[1:])}"] if units[1:] else [])]
        if self.draw(st.booleans()):
            parts = [f"责任单位：{'、'.join(units)}"]
        if deadline:
            parts.append(f"完成时限：{deadline}")
        shape = self.draw(st.sampled_from(["brackets", "lines", "line", "inside"]))
        if shape == "brackets":
            self.made.paragraphs[-1] += f"（{'；'.join(parts)}）"
        elif shape == "inside":
            self.made.paragraphs[-1] += "；".join(parts) + "。"
        else:
            self.made.paragraphs += parts if shape == "lines" else ["；".join(parts) + "。"]


@st.composite
def plans(draw: st.DrawFn, schemes: Sequence[Sequence[str]] = SCHEMES) -> Planned:
    """A plan of known content."""
    return _Writer(draw, draw(st.sampled_from(list(schemes)))).write()


_PAGES = st.sampled_from(["— {} —", "- {} -", "第{}页 共99页", "{}/99", "－{}－", "·{}·"])
_WEB_HEAD = ["首页 > 政务公开 > 工作要点", "来源：市教育局　浏览次数：12", "【字体：大 中 小】"]
_WEB_FOOT = ["【打印】", "上一篇：无", "https://example.cn/a.html"]
_PREAMBLE = (
    "2021年是“十四五”开局之年。" + "全市教育工作的总体要求是坚持立德树人，深化改革创新，办好人民满意的教育。" * 12
)
_ATTACHMENT = ["附件1", "任务分工表", "1.表中的第一行。推进改革。", "2.表中的第二行。推进改革。"]
_FOOT = ["抄送：市委办公室，市政府办公室。", "云河市教育局办公室　　2021年3月2日印发"]


@st.composite
def written(draw: st.DrawFn, layout: str, schemes: Sequence[Sequence[str]] = SCHEMES) -> Written:
    """A plan laid out: `layout` is `paragraphs`, `spaced`, `wrapped` or `paged` (wrapped, with page numbers)."""
    plan = draw(plans(schemes))
    furniture: list[str] = []
    head, number, plan_title = _front(draw, furniture, plan)
    lines = plan.paragraphs
    signed = draw(st.booleans())
    if layout in ("wrapped", "paged"):
        lines = _wrapped([_PREAMBLE, *lines], draw(st.integers(26, 44)), draw(st.sampled_from(["", "　　", "  "])))
    elif draw(st.booleans()):
        lines = [_PREAMBLE, *lines]
    if layout == "paged":
        lines = _paged(lines, draw(st.integers(3, 12)), draw(_PAGES), furniture)
    tail, attachment = _tail(draw, furniture, signed=signed)
    between = "\n\n" if layout == "spaced" else "\n"
    text = between.join([*head, *lines, *tail]) + draw(st.sampled_from(["", "\n", "\n\n"]))
    text = text.replace("\n", draw(st.sampled_from(["\n", "\r\n"])))
    dated = date(2021, 3, 2) if signed else None
    made = Written(b"", plan, furniture, attachment, number, dated, plan_title)
    return _encoded(made, text, draw(st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16", "big5hkscs"])))


def _front(draw: st.DrawFn, furniture: list[str], plan: Planned) -> tuple[list[str], str | None, str]:
    lines: list[str] = []
    number = None
    plan_title = "云河市2021年教育工作要点"
    if draw(st.booleans()):
        furniture += _WEB_HEAD[:2]
        lines += _WEB_HEAD[:2]
    if draw(st.booleans()):
        number = "云教发〔2021〕5号"
        lines += draw(st.sampled_from([[], ["000001"], ["特急"], ["000001", "特急"]]))
        lines += ["云河市教育局文件", number, "云河市教育局关于印发2021年教育工作要点的通知", "各县（区）教育局："]
        lines += ["现将《2021年教育工作要点》印发给你们。", "云河市教育局", "2021年3月2日", "附件"]
    lines.append(plan_title)
    if draw(st.booleans()):
        entries = [f"{label}{title}…………{k}" for k, (label, title) in enumerate(plan.sections, start=1)]
        contents = ["目　录", *entries] if plan.sections else []
        furniture += contents
        lines += contents
    return lines, number, plan_title


def _tail(draw: st.DrawFn, furniture: list[str], *, signed: bool) -> tuple[list[str], list[str]]:
    """What stands behind the plan, and which of it belongs to attachments."""
    lines = ["云河市教育局", "2021年3月2日"] if signed else []
    attachment = draw(st.sampled_from([[], _ATTACHMENT, [*_ATTACHMENT, "附件2", "名单", "甲学校", "乙学校"]]))
    lines += attachment
    if signed and draw(st.booleans()):
        lines += _FOOT
    elif not attachment and not signed and draw(st.booleans()):
        lines += _WEB_FOOT
        furniture += _WEB_FOOT
    return lines, attachment


def _wrapped(paragraphs: list[str], width: int, indent: str) -> list[str]:
    lines: list[str] = []
    for paragraph in paragraphs:
        printed = indent + paragraph
        lines += [printed[i : i + width] for i in range(0, len(printed), width)]
    return lines


def _paged(lines: list[str], length: int, form: str, furniture: list[str]) -> list[str]:
    out: list[str] = []
    for k, line in enumerate(lines, start=1):
        out.append(line)
        if k % length == 0:
            out += ["", form.format(k // length), ""]
            furniture.append(form.format(k // length))
    return out


_TRADITIONAL = opencc.OpenCC("s2t")


def _encoded(made: Written, text: str, encoding: str) -> Written:
    """The file's bytes; for Big5 everything in traditional characters."""
    if encoding == "big5hkscs":
        plan = made.plan
        say = _traditional
        items = [
            PlannedItem(i.label, say(i.title), i.section and say(i.section), [say(t) for t in i.tasks],
                        i.lead and say(i.lead), [say(u) for u in i.units], i.deadline and say(i.deadline))
            for i in plan.items
        ]  # fmt: skip
        for item in items:
            item.label = say(item.label)
        sections = [(say(label), say(title)) for label, title in plan.sections]
        text = say(text)
        made = Written(
            b"",
            Planned([say(p) for p in plan.paragraphs], sections, items),
            [say(line) for line in made.furniture],
            [say(line) for line in made.attachment],
            made.number and say(made.number),
            made.issued_on,
            say(made.plan_title),
        )
        try:
            made.data = text.encode("big5hkscs")
        except UnicodeEncodeError:  # ⒈ and 〔 are not in Big5
            made.data = text.encode()
        return made
    made.data = text.encode(encoding)
    return made


def _traditional(text: str) -> str:
    """Character by character, so that a line wrapped in the middle of a word stays as long as it is."""
    return "".join(c if len(t := _TRADITIONAL.convert(c)) != 1 else t for c in text)
