"""A domain's thesaurus as linking takes it."""

from sqlmodel import Session, select

from app.models import Term, Thesaurus


def digest_of(session: Session, domain: str) -> str | None:
    """The digest of a domain's thesaurus; None where it has none."""
    return session.exec(select(Thesaurus.digest).where(Thesaurus.domain == domain)).first()


def rows_of(session: Session, domain: str) -> list[tuple[str, str, str, bool]]:
    """(group, term, relation, preferred) of a domain's thesaurus, in order; empty where it has none."""
    rows = session.exec(select(Term).where(Term.domain == domain))
    # Sorted here: databases order by different rules, and the digest has to be the same on all.
    return sorted((row.group, row.text, str(row.relation), row.preferred) for row in rows)
