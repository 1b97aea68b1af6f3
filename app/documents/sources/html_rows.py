"""A web page's tree as rows: what a browser would show as a line, with where it stands in the page and how it looks.

The tree is walked without recursion, and nothing of it is executed or fetched.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from selectolax.lexbor import LexborHTMLParser, LexborNode

from app.documents.labels import read_label
from app.documents.sources.html_numbers import Counter, counter_of

_NEVER = frozenset(
    "script style head template noscript select textarea button input svg iframe object embed canvas audio video map "
    "datalist dialog math progress meter frameset".split()
)
_BLOCKS = frozenset(
    "address article aside blockquote body center dd details div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 "
    "h5 h6 header hr html legend li main menu nav ol p pre section summary table tbody td tfoot th thead tr ul caption".split()
)
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_BLOCK_STYLES = frozenset(("block", "flex", "grid", "list-item", "table", "table-row"))
_BOLD_TAGS = frozenset(("b", "strong"))
_SPACE = re.compile(r"[ \t\r\n\f]+")
_STYLE = re.compile(r"([a-z-]+)\s*:\s*([^;]+)", re.IGNORECASE)
_HEAVY = re.compile(r"bold|bolder|[6-9]00")
_FACE = re.compile(r"黑体|小标宋|楷体|SimHei|Heiti|STHeiti|KaiTi|STKaiti", re.IGNORECASE)
_RULES = re.compile(r"([^{}]{1,200})\{([^{}]{0,2000})\}")
_NAME = re.compile(r"\s*([.#][\w-]+)\s*")
_INVISIBLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_CJK = re.compile(r"[\u2e80-\u9fff\u3000-\u303f\uff00-\uffef]")

MOST_ROWS = 50_000  # a plan of 200 pages has 5,000 lines
DEEPEST = 400  # elements within each other; browsers stop at 512


@dataclass(slots=True)
class Element:
    """A block of the page. `parent` is an index in `Page.elements`; -1 for the outermost."""

    parent: int
    tag: str
    names: str
    depth: int


@dataclass(slots=True)
class Row:
    """One line. `links`: how many of its characters are links. `bold`: ranges. `level`: of a heading."""

    text: str
    owner: int
    links: int = 0
    bold: list[tuple[int, int]] = field(default_factory=list)
    level: int | None = None


@dataclass(slots=True)
class Page:
    """A page's blocks and rows, and what its <title> says."""

    elements: list[Element]
    rows: list[Row]
    title: str
    cut: bool = False

    def up(self, index: int) -> Iterator[int]:
        """An element and those around it, from the innermost."""
        while index >= 0:
            yield index
            index = self.elements[index].parent


@dataclass(frozen=True, slots=True)
class _Look:
    """What an element hands down to those within."""

    owner: int
    bold: bool = False
    link: bool = False
    pre: bool = False
    level: int | None = None


def read_page(text: str) -> Page:
    """The rows of a page in the order of its source."""
    tree = LexborHTMLParser(text)
    title = tree.css_first("title")
    page = Page([], [], _SPACE.sub(" ", title.text()).strip() if title else "")
    if tree.body is not None:
        _Walker(page, _hidden_names(tree)).walk(tree.body)
    return page


def _hidden_names(tree: LexborHTMLParser) -> frozenset[str]:
    """Classes (.x) and identifiers (#x) that the page's own style sheets hide."""
    found: set[str] = set()
    for sheet in tree.css("style"):
        for selectors, rules in _RULES.findall(sheet.text()):
            if _INVISIBLE.search(rules):
                found |= {m.group(1) for part in selectors.split(",") if (m := _NAME.fullmatch(part))}
    return frozenset(found)


class _Walker:
    """Walks the tree once and closes a row wherever a browser would begin a new line."""

    def __init__(self, page: Page, hidden: frozenset[str]) -> None:
        self.page = page
        self.hidden = hidden
        self.row = Row("", -1)
        self.parts: list[str] = []
        self.length = 0
        self.counters: dict[int, Counter] = {}  # element → the numbering of its list
        self.number = ""  # to stand before the next words

    def walk(self, body: LexborNode) -> None:
        """Go through the tree in document order; an entry without a node is the end of a block."""
        stack: list[tuple[LexborNode | None, _Look]] = [(body, _Look(-1))]
        while stack and not self.page.cut:
            node, look = stack.pop()
            if node is None:
                self._end_row()
                continue
            if node.next is not None and node is not body:
                stack.append((node.next, look))
            tag = node.tag or ""
            if tag == "-text":
                self._add(node.text_content or "", look)
            elif tag == "br":
                self._end_row()
            elif not tag.startswith("-") and tag not in _NEVER:
                self._open(node, tag, look, stack)
        self._end_row()

    def _open(self, node: LexborNode, tag: str, look: _Look, stack: list[tuple[LexborNode | None, _Look]]) -> None:
        attributes = {name: value or "" for name, value in node.attributes.items()}
        if self._is_hidden(attributes):
            return
        style = {name.lower(): value for name, value in _STYLE.findall(attributes.get("style", ""))}
        inner = _Look(
            owner=look.owner,
            bold=_is_bold(tag, attributes, style, before=look.bold),
            link=look.link or tag == "a",
            pre=look.pre or tag == "pre",
            level=_HEADINGS.get(tag, look.level),
        )
        if tag in _BLOCKS or style.get("display", "").strip() in _BLOCK_STYLES:
            self._end_row()
            inner = replace(inner, owner=self._block(tag, attributes, style, look.owner))
            stack.append((None, look))
        if node.child is not None:
            stack.append((node.child, inner))

    def _is_hidden(self, attributes: dict[str, str]) -> bool:
        if "hidden" in attributes or _INVISIBLE.search(attributes.get("style", "")):
            return True
        if not self.hidden:
            return False
        names = {f".{name}" for name in attributes.get("class", "").split()} | {f"#{attributes.get('id', '')}"}
        return bool(names & self.hidden)

    def _block(self, tag: str, attributes: dict[str, str], style: dict[str, str], parent: int) -> int:
        """The index of a new element; beyond the deepest level, of the one around it."""
        elements = self.page.elements
        depth = elements[parent].depth + 1 if parent >= 0 else 0
        if depth >= DEEPEST:
            return parent
        names = f"{attributes.get('class', '')} {attributes.get('id', '')} {attributes.get('role', '')}".lower()
        elements.append(Element(parent, tag, names, depth))
        owner = len(elements) - 1
        if tag == "ol":
            self.counters[owner] = counter_of(attributes, style)
        elif tag == "li" and parent in self.counters:
            self.number = self.counters[parent].next(attributes, style)
        return owner

    def _add(self, text: str, look: _Look) -> None:
        if look.pre:
            first, *rest = text.split("\n")
            self._put(first, look)
            for line in rest:
                self._end_row()
                self._put(line, look)
        else:
            self._put(_SPACE.sub(_collapsed, text), look)

    def _put(self, text: str, look: _Look) -> None:
        text = text.replace("\xa0", " ")
        if not self.parts:
            text = text.lstrip()
            if not text:
                return
            self.row.owner, self.row.level = look.owner, look.level
            if self.number and not read_label(text):
                self.parts.append(self.number)
                self.length = len(self.number)
            self.number = ""
        if not text:
            return
        bare = len(text.strip())
        self.row.links += bare if look.link else 0
        if look.bold and bare:
            last = self.row.bold[-1] if self.row.bold else None
            if last and last[1] == self.length:
                self.row.bold[-1] = (last[0], self.length + len(text))
            else:
                self.row.bold.append((self.length, self.length + len(text)))
        self.parts.append(text)
        self.length += len(text)

    def _end_row(self) -> None:
        text = "".join(self.parts).rstrip()
        if text:
            row = self.row
            row.text = text
            row.bold = [(start, min(end, len(text))) for start, end in row.bold if start < len(text)]
            self.page.rows.append(row)
            self.page.cut = len(self.page.rows) >= MOST_ROWS
        self.row, self.parts, self.length = Row("", -1), [], 0


def _is_bold(tag: str, attributes: dict[str, str], style: dict[str, str], *, before: bool) -> bool:
    """Whether an element's words are emphasised: bold, or in a typeface of headings."""
    weight = style.get("font-weight", "").strip().lower()
    face = style.get("font-family", "") + attributes.get("face", "")
    if weight in ("normal", "400", "lighter"):
        return False
    heavy = tag in _BOLD_TAGS or _HEAVY.fullmatch(weight) is not None or _FACE.search(face) is not None
    return heavy or (before and not face.strip())


def _collapsed(match: re.Match[str]) -> str:
    """White space of the source: nothing where a line of Chinese was broken, else one space."""
    text, start, end = match.string, match.start(), match.end()
    between = start > 0 and end < len(text) and _CJK.match(text[start - 1]) and _CJK.match(text[end])
    return "" if between and ("\n" in match.group() or "\r" in match.group()) else " "
