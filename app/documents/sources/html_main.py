"""Which rows of a web page are the document, and which are the site around it.

Where most of the running text stands, there the document stands. What lies outside, inside elements named after what
sites put around documents, or consists of links before and behind the running text, is furniture. The list of the
document's elements (索引号, 发文字号, …), its number and its title often stand outside and are kept.
"""

import itertools
import re
from collections import defaultdict
from dataclasses import dataclass

from app.documents.dates import is_document_number_line
from app.documents.front import LISTED_KEYS
from app.documents.labels import read_label
from app.documents.sources.html_rows import Page, Row
from app.documents.text import fold

_SITE_TAGS = frozenset(("nav", "footer", "aside", "menu"))
# Words of the classes, identifiers and roles that sites give these parts; the last ones are pinyin initials in use.
_SITE_NAMES = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|navigation|menu|crumbs?|breadcrumbs?|position|location|footer|foot|bottom|copyright|share"
    r"|bdsharebuttonbox|social|related|relate|recommend|sidebar|aside|friend|friendlinks?|qrcode|ewm|search|login|toolbar"
    r"|tools?|print|banner|topbar|topnav|pager|paging|prevnext|contentinfo|dqwz|xgxw|xglj|yqlj)(?:$|[\s_\d-])"
)
_TITLE_NAMES = re.compile(r"(?:^|[\s_-])(?:\w*title|headline|bt|biaoti)(?:$|[\s_\d-])")
_PAIR = re.compile(r"[\[【]?\s*([^:：\s\[【】\]][^:：]{0,10}?)\s*[\]】]?\s*[:：]\s*(.*)")
_SITE_KEYS = (
    "来源 信息来源 作者 编辑 责任编辑 发布时间 发布日期 浏览次数 阅读次数 点击数 点击次数 访问量 字号 字体".split()
)
_ANY_KEY = re.compile(rf"[\[【]?(?:{'|'.join(sorted((*LISTED_KEYS, *_SITE_KEYS), key=len, reverse=True))})\s*[：:]")
_ATTACHMENT = re.compile(r"附\s*[件表]|.*\.(?:docx?|wps|pdf|xlsx?|et|zip|rar|ofd)\s*$", re.IGNORECASE)
_SITE_WORDS = re.compile(
    r"版权所有|版權所有|Copyright|©|ICP[备備]|网站标识码|公网安备|网安备|主办单位|承办单位|技术支持|免责声明|推荐使用.{0,20}浏览器|邮编|邮政编码"
    r"|上一[篇条]|下一[篇条]|您?(?:当前|现在)?(?:所在)?的?位置[：:]",
    re.IGNORECASE,
)
_SIGNS = re.compile(r"[，。；：、,;]")

_PROSE = 20  # characters of running text at the least
_MOST_OF_IT = 0.8  # of the running text, for an element to be looked into
_FEWEST_ROWS = 2  # of running text; a single paragraph is no document
_SITE_SHARE = 0.3  # of the running text; an element with more is no furniture, whatever its name
_LINKED = 0.8  # of a row's characters
_SENTENCES = 40  # characters of a row outside that deserves a second look
_LONGEST_PAIRS = 240  # characters of a row of several keys and values


@dataclass(slots=True)
class Sorted:
    """Numbers of rows that are furniture, and of those among them that hold running text."""

    furniture: set[int]
    doubtful: list[int]


def tidy_pairs(page: Page) -> None:
    """Give each key with its value a row of its own: 来源：…　发布时间：… on one row, or the key above its value."""
    rows: list[Row] = []
    for row in page.rows:
        above = rows[-1] if rows else None
        if above and _lone_key(above.text) and len(row.text) < _LONGEST_PAIRS and not _ANY_KEY.match(row.text):
            above.text += row.text
            continue
        starts = [match.start() for match in _ANY_KEY.finditer(row.text)]
        if len(starts) < 2 or len(row.text) > _LONGEST_PAIRS or "。" in row.text or "\t" in row.text:
            rows.append(row)
            continue
        cuts = sorted({0, *starts, len(row.text)})
        parts = [row.text[a:b].strip(" \u3000|｜") for a, b in itertools.pairwise(cuts)]
        rows += [Row(part, row.owner, 0) for part in parts if part]
    page.rows = rows


def _lone_key(text: str) -> bool:
    match = _PAIR.fullmatch(text)
    return match is not None and not match.group(2) and fold(match.group(1)) in LISTED_KEYS


def sort_rows(page: Page) -> Sorted:
    """Tell the document's rows from the site's."""
    weights = [_prose(row) for row in page.rows]
    shares, counts = _shares(page, weights), _shares(page, [int(weight > 0) for weight in weights])
    total = sum(weights)
    if not total:
        return Sorted(set(), [])
    main = _main(page, shares, counts)
    around = set(page.up(main))
    site = {
        index
        for index, element in enumerate(page.elements)
        if index not in around
        and shares[index] < _SITE_SHARE * total
        and (element.tag in _SITE_TAGS or _SITE_NAMES.search(element.names))
    }
    chains = [tuple(page.up(row.owner)) for row in page.rows]
    inside = [main in chain for chain in chains]
    in_site = [not site.isdisjoint(chain) for chain in chains]
    prose = [i for i, weight in enumerate(weights) if weight and inside[i] and not in_site[i]]
    first, last = (prose[0], prose[-1]) if prose else (0, len(page.rows))
    begin = next((i for i, value in enumerate(inside) if value), 0)
    found = Sorted(set(), [])
    for i, row in enumerate(page.rows):
        if _is_listed(row.text) and i <= last:
            continue
        if in_site[i] or (inside[i] and not first <= i <= last and _is_link(row)):
            found.furniture.add(i)
            if weights[i] >= _SENTENCES and "。" in row.text:
                found.doubtful.append(i)
            continue
        if inside[i] or (_belongs(page, row) if i < begin else _ATTACHMENT.match(row.text)):
            continue
        # Sentences, numbered lines and tables outside are the document's too, such as the breakdown behind a plan.
        if not (weights[i] or "\t" in row.text) or _SITE_WORDS.search(row.text) or _is_link(row):
            found.furniture.add(i)
    return found


def _prose(row: Row) -> int:
    """How much running text a row holds, numbered lines of any length counted: characters that are no links."""
    length = len(row.text) - row.links
    if length > row.links and read_label(row.text):
        return length
    return length if length >= _PROSE and _SIGNS.search(row.text) else 0


def _shares(page: Page, weights: list[int]) -> list[int]:
    """What the rows of each element weigh together, with those of all that lies in it."""
    shares = [0] * len(page.elements)
    for row, weight in zip(page.rows, weights, strict=True):
        shares[row.owner] += weight
    for index in range(len(shares) - 1, -1, -1):  # children come behind their parents
        parent = page.elements[index].parent
        if parent >= 0:
            shares[parent] += shares[index]
    return shares


def _main(page: Page, shares: list[int], counts: list[int]) -> int:
    """The innermost element of several rows that holds most of the running text."""
    inner: defaultdict[int, list[int]] = defaultdict(list)
    for index, element in enumerate(page.elements):
        inner[element.parent].append(index)
    main = 0
    while True:
        best = max(inner[main], key=lambda index: shares[index], default=-1)
        if best < 0 or shares[best] < _MOST_OF_IT * shares[main] or counts[best] < _FEWEST_ROWS:
            return main
        main = best


def _is_listed(text: str) -> bool:
    match = _PAIR.fullmatch(text)
    return match is not None and fold(match.group(1)) in LISTED_KEYS


def _is_link(row: Row) -> bool:
    linked = row.links >= _LINKED * len("".join(row.text.split()))
    return linked and not _ATTACHMENT.match(row.text) and not read_label(row.text)


def _belongs(page: Page, row: Row) -> bool:
    """Whether a row above the document's own element is its title, its number or the like."""
    if row.links:
        return False
    named = any(_TITLE_NAMES.search(page.elements[index].names) for index in page.up(row.owner))
    titled = len(row.text) >= 6 and fold(row.text) in fold(page.title)
    return is_document_number_line(row.text) or titled or ((named or row.level in (1, 2)) and len(row.text) >= 6)
