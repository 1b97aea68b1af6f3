"""Names of places in an organ's name or a title: the registered ones, and a deeper one that is not registered."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.documents.text import fold

_COUNTRY = "100000"
_SHORTEST = 2  # characters of a name, and of a stem
_SUFFIX = re.compile(
    r"(?:(?:壮族|回族|维吾尔|朝鲜族|土家族苗族|藏族|彝族|傣族|蒙古族?|哈萨克|苗族侗族|布依族苗族|藏族羌族|白族|哈尼族彝族)*自治[区州县旗]|特别行政区"
    r"|[省市县区州盟旗])$"
)
# What goes before a name of two characters (和县, 东区), which longer names may end with: 泰和县 is not 和县.
_MAY_BEGIN = re.compile(r"(?:^|中共|关于|印发|[省市州盟区县旗年]|[^\u4e00-\u9fff])$")

_BODY = r"(?:(?![局厅委办部院处的各])[\u4e00-\u9fff])"
# 区域, 县级, 市场 and the like are words of their own.
_END = r"(?:县(?![域级])|区(?![域级划块位])|市(?![域级值容场]|民(?!政)|政(?!府))|旗(?![帜舰手]))"
_DEEPER = re.compile(
    rf"{_BODY}{{1,14}}?自治[县旗]|{_BODY}{{1,7}}?{_END}(?!{_END})|{_BODY}{{1,12}}?(?:开发|度假|保税|名胜|新|园|示范|试验)区"
    rf"|{_BODY}{{1,6}}?(?:镇|乡|街道)(?=人民政府|政府|党|办事处|中心校|20[0-9]{{2}}年)"
)
_NO_PLACE = re.compile(
    r"^[我本该全][县市区旗]+$|^[县市区旗]+$|教育|体育|卫生|工作|建设|推进|创建|支持|促进|服务"
    r"|^[都上超]市$|(?:^|..)城市$|强[市区]$|..强县$|(?:示范|试点|重点|贫困|先进)[县市]$"
    r"|(?:社|校|学|小|片|街|景|灾|牧|库|老|辖|厂|政|试点|重点)区$|(?:^|贫困|偏远)山区$"
)
# A kind of area, or the name of one: a name only where an organ's follows at once (阳泉市城区教育局).
_KIND = re.compile(r"(?:示范|试验|实验|先行|功能|园|地)区$|^(?:主|中心)?城区$|^[郊矿]区$")
_ORGAN = re.compile(r"(?:人民)?政府|管委|管理委|党?工委|委|[\u4e00-\u9fff]{2,12}?(?:(?<!布)局|委员会)")


@dataclass(frozen=True, slots=True)
class Place:
    """A registered place."""

    adcode: str
    name: str  # folded

    @property
    def depth(self) -> int:
        """2 for a province, 4 for a city, 6 for a county: the digits that count."""
        return 2 if self.adcode.endswith("0000") else 4 if self.adcode.endswith("00") else 6

    @property
    def stem(self) -> str:
        """The name without its kind, where that leaves a name: 临沂, but 和县."""
        stem = _SUFFIX.sub("", self.name)
        return stem if len(stem) >= _SHORTEST else self.name

    def holds(self, other: "Place") -> bool:
        """Whether another place lies in this one."""
        return self.depth < other.depth and other.adcode.startswith(self.adcode[: self.depth])

    def ends_in(self, value: str) -> list[int]:
        """Where the name ends, each time a folded text has it."""
        found = [match.span() for match in re.finditer(re.escape(self.name), value)]
        return [end for start, end in found if len(self.name) > _SHORTEST or _MAY_BEGIN.search(value[:start])]


def places_of(gazetteer: Iterable[tuple[str, str]]) -> list[Place]:
    """The places that a plan can be of. A name of less than two characters names nothing."""
    places = [Place(code, fold(name)) for code, name in gazetteer if code != _COUNTRY]
    return [place for place in places if len(place.name) >= _SHORTEST]


def deepest(value: str, places: Sequence[Place]) -> list[Place]:
    """The lowest places that a folded name holds, each inside all the higher ones it names (山东省临沂市 is Linyi)."""
    named = [place for place in places if place.ends_in(value)]
    named = [p for p in named if not any(p.name != q.name and p.name in q.name for q in named)]
    for depth in (6, 4, 2):
        higher = [place for place in named if place.depth < depth]
        lowest = [p for p in named if p.depth == depth and all(q.holds(p) for q in higher)]
        if lowest:
            return lowest
    return []


def deeper(value: str, place: Place) -> str | None:
    """The name of an unregistered place right behind a registered one: 临沂市兰山区, where only 临沂市 is known."""
    for end in place.ends_in(value):
        match = _DEEPER.match(value, end)
        if not match or _NO_PLACE.search(match.group()):
            continue
        if not _KIND.search(match.group()) or _ORGAN.match(value, match.end()):
            return place.name + match.group()
    return None
