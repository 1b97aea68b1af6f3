"""Review: the queue of links to decide, and the one that is looked at, with both its texts and the reasons."""

from dataclasses import dataclass
from typing import Any, Literal

from markupsafe import Markup
from pydantic import BaseModel, ConfigDict, Field
from sqlmodel import Session

from app import graph
from app.console.cascades import chooser
from app.console.text import marked
from app.console.turning import shown_at
from app.console.visitor import Visitor
from app.db import database_of
from app.errors import LinkNotFound
from app.graph import COUNTING, CheckRow
from app.linking import AppliesTo, Found
from app.models import LinkStatus
from app.pagination import PageRequest
from app.schemas.coverage import GapRead
from app.schemas.links import LinkDetail, LinkRead
from app.schemas.plans import ItemRead, PlanRead
from app.schemas.review import ReviewKind, ReviewLink, ReviewOrder, ReviewStatus
from app.services import cascades, gaps, links, plans, review_queue
from app.services.gaps import GapFilter
from app.services.keys import item_number
from app.services.link_rules import Refusal, Standing, Wish, refusal
from app.services.links import LinkFilter
from app.services.review_queue import Queued, QueueFilter
from app.services.scope import Scope

# As many as somebody decides in an hour; the queue is read anew before they are done.
MOST_ROWS = 200
# More places nobody compares.
MOST_OTHERS = 6
MOST_WORDS = 14


class ReviewQuery(BaseModel):
    """Which links are queued, and in which order: the page's address. `part`: only the queue, or only the link."""

    model_config = ConfigDict(extra="ignore")

    adcode: str = Field(default="", max_length=6)
    item: str = Field(default="", pattern=r"^\d{0,6}$")
    status: ReviewStatus = ReviewStatus.OPEN
    kind: Literal["", "task", "item"] = ""
    doubtful: bool = False
    order: ReviewOrder = ReviewOrder.DOUBT
    part: Literal["", "queue", "case"] = Field(default="", exclude=True)

    @property
    def filters(self) -> dict[str, Any]:
        """What differs from how it is anyway, for an address of the page or of the API."""
        found = self.model_dump(mode="json", exclude_defaults=True)
        return found | ({"doubtful": "true"} if self.doubtful else {})

    @property
    def wanted(self) -> QueueFilter:
        return QueueFilter(
            adcode=self.adcode or None,
            item=int(self.item) if self.item else None,
            status=self.status,
            kind=ReviewKind(self.kind) if self.kind else None,
            doubtful=self.doubtful,
            order=self.order,
        )


@dataclass(frozen=True, slots=True)
class Other:
    """Another place of the city's plan that the upper end could rest on. `link`: there is one already."""

    lower: str
    text: str
    title: str
    score: float
    start: int
    end: int
    link: LinkRead | None


@dataclass(frozen=True, slots=True)
class Case:
    """The link that is looked at. `confirming`, `rejecting`: why not, else None; `asks`: a confirmation needs a reason."""

    link: LinkDetail
    queued: Queued
    upper_item: ItemRead
    lower_item: ItemRead
    upper_text: Markup
    lower_text: Markup
    scope: AppliesTo | None
    threshold: float
    decided_at: str
    check: CheckRow
    others: list[Other]
    gaps: list[GapRead]
    confirming: Refusal | None
    rejecting: Refusal | None
    asks: bool


def view(session: Session, visitor: Visitor, key: str, link: str | None, asked: ReviewQuery) -> dict[str, Any]:
    """What review.html shows; raises PlanNotFound, LinkNotFound, BadAdcode or Forbidden."""
    within = visitor.within("list_review", plan=key)
    plan = plans.read(session, key)
    shown: dict[str, Any] = {
        "plan": plan,
        "asked": asked,
        "may": may_decide(visitor, plan),
        "short": short,
        "pair": pair,
        "missing": Found.MISSING,
        "four_eyes": database_of(session).settings.four_eyes,
    }
    rows = [] if link and asked.part == "case" else review_queue.find(session, key, asked.wanted, within)
    if asked.part != "case":
        first = PageRequest(limit=MOST_ROWS, after=None, filters="")
        shown |= {
            "rows": review_queue.page(session, first, key, asked.wanted, within).items,
            "waiting": len(rows),
            "progress": review_queue.progress(session, key, asked.wanted, visitor.principal.subject, within),
        }
    if asked.part != "queue":
        shown["case"] = _case(session, visitor, plan, link or (rows[0].link.id if rows else None), within)
        shown["most_words"] = MOST_WORDS
    if not asked.part:
        shown |= {"chooser": chooser(session, key), **_choices(session, key, within)}
    return shown


def may_decide(visitor: Visitor, plan: PlanRead) -> bool:
    """Whether somebody may confirm and reject in this cascade."""
    return visitor.may("decide_links") and Scope(visitor.principal.adcode).sees(plan.adcode)


def _choices(session: Session, key: str, within: Scope) -> dict[str, Any]:
    network = cascades.load(session, key)
    return {
        "cities": [city for city in graph.cities(network) if city.plan and within.sees(city.adcode)],
        "items": [
            (network.nodes[node]["number"], network.nodes[node]["title"]) for node in graph.items_of(network, key)
        ],
    }


def _case(session: Session, visitor: Visitor, plan: PlanRead, link_id: str | None, within: Scope) -> Case | None:
    if link_id is None:
        return None
    queued = review_queue.one(session, plan.id, link_id, within)
    if queued is None:
        raise LinkNotFound(link=link_id)
    link = links.get(session, link_id, english=visitor.english)
    upper = plans.item(session, plan.id, item_number(link.upper))
    lower = plans.item(session, queued.city.plan or "", item_number(link.lower))
    above, below = link.evidence.upper, link.evidence.lower
    confirming, asks = _may_become(session, visitor, link, LinkStatus.CONFIRMED)
    rejecting, _ = _may_become(session, visitor, link, LinkStatus.REJECTED)
    network = cascades.load(session, plan.id)
    task = graph.task_coverage(network, link.upper, queued.city) if link.coverage else None
    return Case(
        link=link,
        queued=queued,
        upper_item=upper,
        lower_item=lower,
        upper_text=marked(upper.text, [(above.start, above.end)]),
        lower_text=marked(lower.text, [(below.start, below.end)]),
        scope=next((task.applies_to for task in upper.tasks if task.id == link.upper), None),
        threshold=queued.case.threshold,
        decided_at=shown_at(session, link.decided_at),
        check=task.check if task else graph.NOTHING_COMPARED,
        others=_others(session, link, queued.city.plan or ""),
        gaps=_gaps(session, visitor, plan.id, link, queued, within),
        confirming=confirming,
        rejecting=rejecting,
        asks=asks,
    )


def _may_become(session: Session, visitor: Visitor, link: LinkRead, status: LinkStatus) -> tuple[Refusal | None, bool]:
    """Why the rules refuse a decision, whatever its reason; and whether it needs one."""
    standing = Standing(link.status, link.method, link.proposed_by)
    four_eyes = database_of(session).settings.four_eyes
    found = [
        refusal(standing, Wish(status, visitor.principal.subject, reason), four_eyes=four_eyes)
        for reason in ("…", None)
    ]
    return found[0], found[1] is Refusal.REASON_MISSING


def _others(session: Session, link: LinkDetail, lower_plan: str) -> list[Other]:
    """The other places for the same upper end: those that are linked, then those that the judge weighed."""
    held = {
        row.lower: row
        for row in links.all_links(session, LinkFilter(upper=link.upper, lower=lower_plan))
        if (row.coverage is None) == (link.coverage is None) and row.upper == link.upper and row.id != link.id
    }
    ranked = sorted(held.values(), key=lambda row: (row.status not in COUNTING, -row.score, row.lower))
    weighed = {row.lower: row for row in (link.reasons.alternatives if link.reasons else [])}
    names = [row.lower for row in ranked if row.status in COUNTING]
    names += [name for name in (*weighed, *(row.lower for row in ranked)) if name not in names]
    items: dict[int, ItemRead] = {}
    found = []
    for name in [name for name in names if name != link.lower][:MOST_OTHERS]:
        number = item_number(name)
        item = items.setdefault(number, plans.item(session, lower_plan, number))
        row = held.get(name)
        text = row.evidence.lower.text if row else weighed[name].lower_text
        start = row.evidence.lower.start if row else max(0, item.text.find(text))
        score = row.score if row else weighed[name].score
        found.append(Other(name, text, item.title, score, start, start + len(text), row))
    return found


def _gaps(session: Session, visitor: Visitor, key: str, link: LinkRead, queued: Queued, within: Scope) -> list[GapRead]:
    """What is wrong between the link's task and the city, other than that nobody has reviewed it."""
    if link.coverage is None:
        return []
    found = gaps.find(session, key, GapFilter(adcode=queued.city.adcode), within)
    rows = [gap for gap in found.gaps if gap.task == link.upper and gap.kind != "unreviewed"]
    return gaps.read_gaps(found.network, rows, found.decisions, english=visitor.english)


def short(end: str) -> str:
    """An end's number as people say it: `8.4`."""
    return end.rpartition("/")[2]


def pair(row: ReviewLink | LinkRead) -> str:
    """Names the two items that a link lies between."""
    return f"{item_number(row.upper)}:{row.lower.partition('/')[0]}/{item_number(row.lower)}"
