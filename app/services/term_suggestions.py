"""Terms that reviewers keep matching by hand, suggested for the thesaurus with their sentences; its owners adopt them."""

from sqlmodel import Session

from app import linking
from app.linking.calibration import TermSuggestion, suggest
from app.models import TermRelation
from app.pagination import Page, PageRequest
from app.schemas.thesauri import SuggestionRead, SuggestionSentence, TermValue
from app.services import thesauri, training
from app.services.terms import rows_of


def page(session: Session, request: PageRequest, domain: str) -> Page[SuggestionRead]:
    """The suggestions for a domain's thesaurus, those with most support first; raises ThesaurusNotFound."""
    return request.sorted_page(found(session, domain), _key, int, float, str, str)


def _key(one: SuggestionRead) -> list[str | int | float | None]:
    return [-one.support, -one.lift, one.upper_term, one.lower_term]


def found(session: Session, domain: str) -> list[SuggestionRead]:
    """All suggestions for a domain's thesaurus, best first; raises ThesaurusNotFound."""
    thesauri.get(session, domain)
    rows = rows_of(session, domain)
    groups: dict[str, list[str]] = {}
    for group, term, _, _ in rows:
        groups.setdefault(term, []).append(group)
    matches = [match for pair in training.decided_pairs(session, domain) for match in pair.matches]
    return [_read(one, groups) for one in suggest(matches, linking.Thesaurus.of(rows))]


def _read(one: TermSuggestion, groups: dict[str, list[str]]) -> SuggestionRead:
    return SuggestionRead(
        upper_term=one.upper_term,
        lower_term=one.lower_term,
        support=one.support,
        by_hand=one.by_hand,
        lift=one.lift,
        groups=sorted({*groups.get(one.upper_term, []), *groups.get(one.lower_term, [])}),
        terms=[
            TermValue(term=one.upper_term, relation=TermRelation.SAME, preferred=True),
            TermValue(term=one.lower_term, relation=TermRelation.SAME, preferred=False),
        ],
        sentences=[
            SuggestionSentence(
                upper=match.upper,
                upper_text=match.upper_text,
                lower=match.lower,
                lower_text=match.lower_text,
                by_hand=match.by_hand,
            )
            for match in one.matches
        ],
    )
