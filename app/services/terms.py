"""A domain's thesaurus as linking takes it, now or as of a moment."""

from datetime import datetime

from sqlmodel import Session, select

from app.models import TermVersion, ThesaurusVersion
from app.services.history import held


def digest_of(session: Session, domain: str, as_of: datetime | None = None) -> str | None:
    """The digest of a domain's thesaurus; None where it has none."""
    query = select(ThesaurusVersion.digest).where(ThesaurusVersion.domain == domain, held(ThesaurusVersion, as_of))
    return session.exec(query).first()


def rows_of(session: Session, domain: str, as_of: datetime | None = None) -> list[tuple[str, str, str, bool]]:
    """(group, term, relation, preferred) of a domain's thesaurus, in order; empty where it has none."""
    rows = session.exec(select(TermVersion).where(TermVersion.domain == domain, held(TermVersion, as_of)))
    # Sorted here: databases order by different rules, and the digest has to be the same on all.
    return sorted((row.group, row.text, str(row.relation), row.preferred) for row in rows)
