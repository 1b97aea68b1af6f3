"""A domain's thesaurus: its groups of terms, looked through and, by those who may, edited."""

from dataclasses import dataclass
from typing import Any

from pydantic import Field
from sqlmodel import Session

from app.console.cascades import chooser
from app.console.turning import Filters, shown_at, turns
from app.console.visitor import Visitor
from app.models import TermRelation
from app.pagination import PageRequest
from app.schemas.thesauri import GroupRead
from app.services import thesauri

# How a group is written in the dialog that edits it: one term a line, what it is to the others before it.
_SIGNS = {TermRelation.SAME: "", TermRelation.NARROWER: "<", TermRelation.BROADER: ">"}


class ThesaurusQuery(Filters):
    """Which groups: the page's address."""

    q: str = Field(default="", max_length=200)


@dataclass(frozen=True, slots=True)
class Row:
    """A group: what it is called, its other terms by relation, its version, and its terms as they are edited."""

    group: str
    called: str
    others: dict[str, list[str]]
    version: str
    lines: str


def view(
    session: Session, visitor: Visitor, domain: str | None, asked: ThesaurusQuery, page: PageRequest
) -> dict[str, Any]:
    """What thesaurus.html shows of a domain, or of the first that has one; raises ThesaurusNotFound, BadCursor or Forbidden."""
    visitor.within("list_groups")
    chosen = chooser(session, None, visitor.principal.adcode)
    domains = thesauri.domains(session)
    shown = {"chooser": chosen, "plan": chosen.chosen, "asked": asked, "domains": domains, "domain": domain}
    if domain is None and not domains:
        return shown
    domain = domain or domains[0]
    found = thesauri.groups_page(session, page, domain, asked.q.strip() or None)
    head = thesauri.get(session, domain)
    return shown | {
        "domain": domain,
        "head": head,
        "changed": shown_at(session, head.updated_at),
        "rows": [_row(group) for group in found.items],
        "turns": turns(visitor.request, found.next_cursor),
        "may_edit": visitor.principal.role is not None and visitor.may("put_group"),
    }


def _row(group: GroupRead) -> Row:
    called = next((term.term for term in group.terms if term.preferred), group.group)
    ordered = sorted(group.terms, key=lambda term: not term.preferred)
    others = {
        relation.value: [term.term for term in group.terms if term.relation is relation and not term.preferred]
        for relation in TermRelation
    }
    lines = "\n".join(f"{_SIGNS[term.relation]}{term.term}" for term in ordered)
    return Row(group.group, called, others, thesauri.version_of(group), lines)
