"""Which plan a document says it is: whose, of which domain, for which year."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from app.documents.labels import chinese_number
from app.documents.places import Place, deeper, deepest, places_of
from app.documents.text import fold
from app.documents.values import Doubt, Identity, Outline, Span

# The words of a field and its domain; where one word holds another, the longer stands first.
DOMAINS = (
    ("人力资源和社会保障", "hrss"),
    ("人力资源社会保障", "hrss"),
    ("人社", "hrss"),
    ("医疗保障", "medicare"),
    ("医保", "medicare"),
    ("卫生健康", "health"),
    ("卫健", "health"),
    ("卫生", "health"),
    ("教育", "edu"),
    ("教体", "edu"),
    ("民政", "civil"),
    ("交通运输", "transport"),
    ("交通", "transport"),
    ("农业农村", "agriculture"),
    ("乡村振兴", "agriculture"),
    ("生态环境", "environment"),
    ("环境保护", "environment"),
    ("文化和旅游", "culture"),
    ("文化旅游", "culture"),
    ("文旅", "culture"),
    ("体育", "sports"),
    ("住房和城乡建设", "housing"),
    ("住房城乡建设", "housing"),
    ("住建", "housing"),
    ("自然资源", "resources"),
    ("水利", "water"),
    ("林业", "forestry"),
    ("应急管理", "emergency"),
    ("市场监督管理", "market"),
    ("市场监管", "market"),
    ("科学技术", "science"),
    ("科技", "science"),
    ("工业和信息化", "industry"),
    ("工信", "industry"),
    ("商务", "commerce"),
    ("财政", "finance"),
    ("审计", "audit"),
    ("统计", "statistics"),
    ("司法", "justice"),
    ("公安", "security"),
    ("退役军人", "veterans"),
    ("发展和改革", "development"),
    ("发展改革", "development"),
    ("信访", "petitions"),
)

_YEAR = re.compile(r"(20[0-9]{2})(?=年)|([二][〇○零][一二三四五六七八九〇○零]{2})(?=年)")
_NUMBER_YEAR = re.compile(r"[〔\[［（(【﹝]\s*(20[0-9]{2})")
_OWN_PLACE = re.compile(
    r"^(?:中共)?([\u4e00-\u9fff]{2,8}?(?:省|自治区|市|州|盟|县|区|旗))(委|人民政府|政府|[\u4e00-\u9fff]{2,12}?(?:局|厅|委员会))?"
)
_NO_PLACE = re.compile(r"^[省市县区]|全|各|关于")
_LEVEL_SAID = (
    (2, re.compile(r"^(?:中共)?省|全省|^(?:中共)?自治区|全区教育厅")),
    (4, re.compile(r"^(?:中共)?市|全市|全州|全盟")),
    (6, re.compile(r"^(?:中共)?[县区旗]|全县|全旗")),
)


def identify(outline: Outline, gazetteer: Iterable[tuple[str, str]]) -> Identity:
    """Adcode, domain and year of a plan; the gazetteer gives (adcode, name) of the places that can be meant.

    What the file says in so many words counts first. The issuer counts before the titles, and these before the text;
    whatever is inferred leaves a doubt.
    """
    doubts: list[Doubt] = []
    said = outline.said or Identity(None, None, None)
    said_by = {name: "said" for name in ("adcode", "domain", "year") if getattr(said, name) is not None}
    adcode = said.adcode or _adcode(outline, places_of(gazetteer), doubts, said_by)
    domain = said.domain or _domain(outline, doubts, said_by)
    year = said.year or _year(outline, doubts, said_by)
    return Identity(adcode, domain, year, tuple(doubts), said_by)


def _sources(outline: Outline) -> list[tuple[str, str]]:
    """The issuer and the titles, folded, with the names of their places; the surest first."""
    metadata = outline.metadata
    values = (("issuer", metadata.issuer), ("plan_title", metadata.plan_title), ("title", metadata.title))
    return [(name, fold(value)) for name, value in values if value]


def _place_of(outline: Outline, name: str) -> Span:
    return outline.metadata.places.get(name, Span(0, 0))


def _adcode(outline: Outline, places: Sequence[Place], doubts: list[Doubt], said_by: dict[str, str]) -> str | None:
    for name, value in _sources(outline):
        named = deepest(value, places)
        span = _place_of(outline, name)
        unknown = next((below for place in named if (below := deeper(value, place))), None) or _own_place(value, places)
        if unknown:
            assumed = f"“{unknown}”不在行政区划表中，没有认定"
            doubts.append(Doubt("unknown_place", span.start, span.end, assumed))
            return None
        if len(named) == 1:
            said_by["adcode"] = name
            return named[0].adcode
        if named:
            listed = "、".join(f"{place.name}（{place.adcode}）" for place in named[:5])
            doubts.append(Doubt("several_places", span.start, span.end, f"可能是{listed}，没有认定"))
            return None
    inferred = _most_named(outline, places, doubts)
    if inferred:
        said_by["adcode"] = "text"
    return inferred


def _own_place(value: str, places: Sequence[Place]) -> str | None:
    """The unregistered place that a folded name begins with; beside a registered one it must have its own organ."""
    own = _OWN_PLACE.match(value)
    if not own or _NO_PLACE.search(own.group(1)) or deepest(own.group(1), places):
        return None
    return own.group(1) if own.group(2) or not deepest(value, places) else None


def _most_named(outline: Outline, places: Sequence[Place], doubts: list[Doubt]) -> str | None:
    """The place of the level the issuer or title speaks of (省委, 全市) that the text names most often."""
    said = [depth for _, value in _sources(outline) for depth, pattern in _LEVEL_SAID if pattern.search(value)]
    if not said:
        return None
    text = fold(outline.text)
    counts = Counter({place: text.count(place.stem) for place in places if place.depth == said[0]})
    ranked = [(place, count) for place, count in counts.most_common(2) if count]
    if not ranked or (len(ranked) > 1 and ranked[0][1] == ranked[1][1]):
        return None
    place, count = ranked[0]
    span = _place_of(outline, _sources(outline)[0][0])
    assumed = f"发文机关和标题没有写明地区，正文提到“{place.stem}”{count}次，最多，按{place.name}处理"
    doubts.append(Doubt("place_inferred", span.start, span.end, assumed))
    return place.adcode


def _domain(outline: Outline, doubts: list[Doubt], said_by: dict[str, str]) -> str | None:
    for name, value in _sources(outline):
        found = _first_domain(value)
        if found:
            said_by["domain"] = name
            return found
    addressee = outline.metadata.addressee
    found = _first_domain(fold(addressee)) if addressee else None
    name = "addressee"
    if found is None:
        name = "text"
        text = fold(outline.text)
        counts = Counter(domain for word, domain in DOMAINS for _ in range(text.count(word)))
        found = counts.most_common(1)[0][0] if counts else None
    if found:
        said_by["domain"] = name
        span = _place_of(outline, "addressee")
        assumed = f"发文机关和标题没有写明领域，按主送机关和正文推定为 {found}"
        doubts.append(Doubt("domain_inferred", span.start, span.end, assumed))
    return found


def _first_domain(value: str) -> str | None:
    places = [(value.index(word), -len(word), domain) for word, domain in DOMAINS if word in value]
    return min(places)[2] if places else None


def _year(outline: Outline, doubts: list[Doubt], said_by: dict[str, str]) -> int | None:
    for name, value in _sources(outline):
        match = _YEAR.search(value) if name != "issuer" else None
        if match:
            said_by["year"] = name
            return int(match.group(1)) if match.group(1) else chinese_number(re.sub("[○零]", "〇", match.group(2)))
    metadata = outline.metadata
    number = _NUMBER_YEAR.search(metadata.document_number or "")
    if number:
        year, name = int(number.group(1)), "document_number"
    elif metadata.issued_on:
        year, name = metadata.issued_on.year, "issued_on"
    else:
        match = _YEAR.search(fold(outline.text[: outline.items[0].source_start] if outline.items else outline.text))
        if not match or not match.group(1):
            return None
        year, name = int(match.group(1)), "preamble"
    said_by["year"] = name
    span = _place_of(outline, name)
    doubts.append(Doubt("year_inferred", span.start, span.end, f"标题没有写明年份，按文中的{year}年处理"))
    return year
