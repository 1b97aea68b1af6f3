"""Thesauri that users own: read, edited group by group, imported and exported as CSV."""

import csv
import hashlib
import io
import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby

from pydantic import ValidationError
from sqlalchemy import delete, func
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from app.audit.entry import moment
from app.db import lock
from app.documents import DocumentError, decode, fold
from app.errors import BadThesaurus, TermGroupChanged, TermGroupNotFound, ThesaurusChanged, ThesaurusNotFound
from app.models import Term, TermRelation, TermVersion, Thesaurus, ThesaurusVersion
from app.pagination import Page, PageRequest
from app.preconditions import ANY, Expected, check
from app.resources import bundled
from app.schemas.thesauri import GroupPut, GroupRead, TermValue, ThesaurusImported, ThesaurusRead
from app.services import audit, cascades
from app.services.audit import Action, Outcome, Subject
from app.services.terms import rows_of

COLUMNS = ("group", "term", "relation", "preferred")
_DOMAIN = re.compile(r"[a-z][a-z0-9]{0,31}", re.ASCII)
_GROUP = re.compile(r"[a-z0-9][a-z0-9-]{0,79}", re.ASCII)
# The shipped one has 7,000 rows; ten times that is more than a domain has words.
MAX_ROWS = 70_000
# Rows named in an error; who has more mistakes has one mistake many times.
MAX_ERRORS = 50

Groups = dict[str, list[TermValue]]


def page(session: Session, request: PageRequest) -> Page[ThesaurusRead]:
    """All thesauri, by domain."""
    query = select(Thesaurus).order_by(col(Thesaurus.domain)).limit(request.limit + 1)
    if after := request.key(str):
        query = query.where(col(Thesaurus.domain) > after[0])
    return request.page([_read(session, row) for row in session.exec(query)], lambda row: [row.domain])


def domains(session: Session) -> list[str]:
    """The domains that have a thesaurus, in order."""
    return list(session.exec(select(Thesaurus.domain).order_by(col(Thesaurus.domain))))


def get(session: Session, domain: str) -> ThesaurusRead:
    """A domain's thesaurus; raises ThesaurusNotFound."""
    return _read(session, _found(session, domain))


def groups_page(session: Session, request: PageRequest, domain: str, q: str | None) -> Page[GroupRead]:
    """Groups by their keys; with `q` those that have a term with these words. Raises ThesaurusNotFound."""
    _found(session, domain)
    keys = select(Term.group).where(Term.domain == domain).distinct().order_by(col(Term.group)).limit(request.limit + 1)
    if after := request.key(str):
        keys = keys.where(col(Term.group) > after[0])
    if q:
        keys = keys.where(col(Term.folded).contains(fold(q), autoescape=True))
    wanted = list(session.exec(keys))
    rows = session.exec(_terms(domain).where(col(Term.group).in_(wanted)))
    return request.page(_groups(rows), lambda group: [group.group])


def group(session: Session, domain: str, key: str) -> GroupRead:
    """One group; raises ThesaurusNotFound or TermGroupNotFound."""
    _found(session, domain)
    rows = list(session.exec(_terms(domain).where(Term.group == key)))
    if not rows:
        raise TermGroupNotFound(domain=domain, group=key)
    return _groups(rows)[0]


def version_of(group: GroupRead) -> str:
    """The version of a group: a digest of what it says."""
    return hashlib.sha256(group.model_dump_json().encode()).hexdigest()[:32]


def put_group(
    session: Session, domain: str, key: str, wanted: GroupPut, actor: str, *, seen: Expected | None
) -> tuple[GroupRead, bool]:
    """Store a group whole, and the domain's thesaurus if it is the first; also tells whether the group is new.

    Raises PreconditionRequired or TermGroupChanged for a group that is there, and BadThesaurus if a key is not of the
    form, a term stands twice, or not exactly one is preferred.
    """
    if not _DOMAIN.fullmatch(domain) or not _GROUP.fullmatch(key):
        raise BadThesaurus.at(None, f"{domain}/{key}", "名称应为小写英文字母、数字和连字符", "keys are a-z, 0-9 and -")
    _check({key: wanted.terms}, {})
    lock(session, "thesauri")
    _ensure(session, domain, actor)
    known = _groups(session.exec(_terms(domain).where(Term.group == key)))
    check(seen, version_of(known[0]) if known else None, TermGroupChanged(group=f"{domain}/{key}"))
    _replace(session, domain, {key: wanted.terms}, [key])
    _changed(session, domain, actor)
    stored = group(session, domain, key)
    audit.record(
        session,
        actor,
        Action.THESAURUS_PUT_GROUP,
        Subject("term-group", f"{domain}/{key}"),
        before=known[0].model_dump() if known else None,
        after=stored.model_dump(),
        outcome=Outcome.UNCHANGED if known == [stored] else Outcome.DONE,
    )
    return stored, not known


def delete_group(session: Session, domain: str, key: str, actor: str, *, seen: Expected) -> None:
    """Remove a group; raises ThesaurusNotFound, TermGroupNotFound or TermGroupChanged."""
    lock(session, "thesauri")
    known = group(session, domain, key)
    check(seen, version_of(known), TermGroupChanged(group=f"{domain}/{key}"))
    _replace(session, domain, {}, [key])
    _changed(session, domain, actor)
    subject = Subject("term-group", f"{domain}/{key}")
    audit.record(session, actor, Action.THESAURUS_DELETE_GROUP, subject, before=known.model_dump())


def export_csv(session: Session, domain: str, actor: str) -> tuple[str, str]:
    """The thesaurus as CSV with a byte order mark, which spreadsheets need, and its digest; raises ThesaurusNotFound."""
    digest = _found(session, domain).digest
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for term in session.exec(_terms(domain)):
        writer.writerow([term.group, term.text, term.relation, "1" if term.preferred else ""])
    audit.record_export(session, actor, Action.THESAURUS_EXPORT, Subject("thesaurus", domain), after={"digest": digest})
    return out.getvalue(), digest


def import_csv(session: Session, domain: str, text: str, actor: str, seen: Expected | None = ANY) -> ThesaurusImported:
    """Replace a domain's thesaurus by a CSV file (columns group, term, relation, preferred), whole or not at all.

    Raises BadThesaurus, which names the rows that are wrong, and for a thesaurus that is there PreconditionRequired or
    ThesaurusChanged: whoever replaces all of it must have seen all of it.
    """
    if not _DOMAIN.fullmatch(domain):
        raise BadThesaurus.at(None, domain, "领域应为小写英文字母和数字", "a domain is a word of a-z and 0-9")
    wanted = _parse(text)
    lock(session, "thesauri")
    _ensure(session, domain, actor)
    row = _found(session, domain)
    if old := row.digest:
        check(seen, old, ThesaurusChanged(domain=domain, by=row.updated_by, at=moment(row.updated_at)))
    before = {(row.group, row.text): (row.relation, row.preferred) for row in session.exec(_terms(domain))}
    after = {(key, t.term): (t.relation, t.preferred) for key, terms in wanted.items() for t in terms}
    if before != after:
        _replace(session, domain, wanted, None)
        _changed(session, domain, actor)
    done = ThesaurusImported(
        domain=domain,
        digest=_found(session, domain).digest,
        groups=len(wanted),
        terms=len(after),
        added=len(after.keys() - before.keys()),
        removed=len(before.keys() - after.keys()),
        changed=sum(before[key] != after[key] for key in before.keys() & after.keys()),
    )
    audit.record(
        session,
        actor,
        Action.THESAURUS_IMPORT,
        Subject("thesaurus", domain),
        before={"digest": old} if old else None,
        after=done.model_dump(),
        outcome=Outcome.UNCHANGED if before == after else Outcome.DONE,
    )
    return done


def import_bytes(
    session: Session, domain: str, data: bytes, actor: str, seen: Expected | None = ANY
) -> ThesaurusImported:
    """`import_csv` of a file's bytes, UTF-8 or GB18030 as spreadsheets write it."""
    try:
        return import_csv(session, domain, decode(data), actor, seen)
    except DocumentError as error:
        raise BadThesaurus.at(1, "", error.zh, error.en) from error


def load_shipped(session: Session, actor: str) -> None:
    """Load the shipped thesauri of domains that have none; what users have made of theirs stays."""
    lock(session, "thesauri")
    for file in sorted((bundled("seeds") / "thesaurus").glob("*.csv")):
        if session.get(Thesaurus, file.stem) is None:
            import_csv(session, file.stem, file.read_text(encoding="utf-8-sig"), actor)


def _parse(text: str) -> Groups:
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    if tuple(reader.fieldnames or ()) != COLUMNS:
        header = ",".join(COLUMNS)
        raise BadThesaurus.at(1, ",".join(reader.fieldnames or ()), f"首行应为 {header}", f"the first row is {header}")
    wanted: Groups = {}
    lines: dict[tuple[str, str], int] = {}
    errors: list[tuple[str, str, str]] = []
    for line, row in enumerate(reader, 2):
        if line > MAX_ROWS + 1:
            raise BadThesaurus.at(line, "", f"最多 {MAX_ROWS} 行", f"at most {MAX_ROWS} rows")
        error = _take(row, wanted)
        if error:
            errors.append((f"/rows/{line}", *error))
        else:
            lines.setdefault((str(row["group"]), str(row["term"]).strip()), line)
    if errors:
        raise BadThesaurus(count=len(errors), errors=errors[:MAX_ERRORS])
    _check(wanted, lines)
    return wanted


def _take(row: dict[str, str], wanted: Groups) -> tuple[str, str] | None:
    """Add a row to its group; what is wrong with it, in Chinese and English, if anything is."""
    if len(row) != len(COLUMNS) or None in row.values():
        return f"应有 {len(COLUMNS)} 列", f"a row has {len(COLUMNS)} columns"
    if not _GROUP.fullmatch(row["group"]):
        return "group 应为小写英文字母、数字和连字符", "group is a word of a-z, 0-9 and -"
    if row["preferred"] not in {"", "0", "1"}:
        return "preferred 应为 1 或空", "preferred is 1 or empty"
    try:
        value = TermValue(term=row["term"], relation=row["relation"], preferred=row["preferred"] == "1")
    except ValidationError:
        return (
            "term 应为 2 至 40 个字，relation 应为 same、narrower 或 broader",
            "term has 2 to 40 characters; relation is same, narrower or broader",
        )
    wanted.setdefault(row["group"], []).append(value)
    return None


def _check(wanted: Groups, lines: dict[tuple[str, str], int]) -> None:
    """Raise BadThesaurus for groups that contradict themselves; `lines` tells where a term stands in its file."""
    errors = []
    for key, terms in wanted.items():
        folded = [fold(term.term) for term in terms]
        place = f"/rows/{lines.get((key, terms[0].term))}" if lines else "/body/terms"
        if len(set(folded)) < len(folded):
            errors.append((place, f"{key}：有重复的词", f"{key}: a term stands twice"))
        if [term.preferred for term in terms].count(True) != 1:
            errors.append((place, f"{key}：应恰有一个首选词", f"{key}: exactly one term is preferred"))
    if errors:
        raise BadThesaurus(count=len(errors), errors=errors[:MAX_ERRORS])


def _replace(session: Session, domain: str, wanted: Groups, keys: Sequence[str] | None) -> None:
    """Put groups in the place of those named by `keys` (None: of all)."""
    old = delete(Term).where(col(Term.domain) == domain)
    session.exec(old if keys is None else old.where(col(Term.group).in_(keys)))
    session.expire_all()
    session.add_all(
        Term(
            domain=domain,
            group=key,
            text=term.term,
            folded=fold(term.term),
            relation=term.relation,
            preferred=term.preferred,
        )
        for key, terms in wanted.items()
        for term in terms
    )
    session.flush()


def _changed(session: Session, domain: str, actor: str) -> None:
    """Record a new content, and keep the one before it; every cascade of the domain is outdated from now on."""
    at = cascades.touch_domain(session, domain)
    _keep_terms(session, domain, at)
    row = _found(session, domain)
    row.digest = hashlib.sha256(repr(rows_of(session, domain)).encode()).hexdigest()
    row.updated_by, row.updated_at = actor, at
    session.add(row)
    versions = select(ThesaurusVersion).where(ThesaurusVersion.domain == domain)
    last = session.exec(versions.order_by(col(ThesaurusVersion.version).desc()).limit(1)).first()
    if last is None or last.digest != row.digest:
        if last is not None:
            last.until = at
        number = last.version + 1 if last else 1
        session.add(ThesaurusVersion(domain=domain, version=number, digest=row.digest, since=at))
    session.flush()


def _keep_terms(session: Session, domain: str, at: datetime) -> None:
    """Close the terms that are there no more, and open those that are new."""
    query = select(TermVersion).where(TermVersion.domain == domain, col(TermVersion.until).is_(None))
    held = {(row.group, row.text, row.relation, row.preferred): row for row in session.exec(query)}
    terms = session.exec(select(Term).where(Term.domain == domain))
    present = {(row.group, row.text, row.relation, row.preferred) for row in terms}
    for key, row in held.items():
        if key not in present:
            row.until = at
    session.add_all(
        TermVersion(domain=domain, group=group, text=text, relation=relation, preferred=preferred, since=at)
        for group, text, relation, preferred in sorted(present - held.keys())
    )
    session.flush()


def _ensure(session: Session, domain: str, actor: str) -> None:
    if session.get(Thesaurus, domain) is None:
        session.add(Thesaurus(domain=domain, digest="", updated_by=actor))
        session.flush()


def _found(session: Session, domain: str) -> Thesaurus:
    found = session.get(Thesaurus, domain)
    if found is None:
        raise ThesaurusNotFound(domain=domain)
    return found


def _terms(domain: str) -> SelectOfScalar[Term]:
    return (
        select(Term).where(Term.domain == domain).order_by(col(Term.group), col(Term.preferred).desc(), col(Term.text))
    )


def _groups(rows: Iterable[Term]) -> list[GroupRead]:
    return [
        GroupRead(
            group=key,
            terms=[
                TermValue(term=row.text, relation=TermRelation(row.relation), preferred=row.preferred) for row in found
            ],
        )
        for key, found in groupby(rows, key=lambda row: row.group)
    ]


def _read(session: Session, row: Thesaurus) -> ThesaurusRead:
    counted = select(func.count(), func.count(func.distinct(Term.group))).where(Term.domain == row.domain)
    terms, groups = session.exec(counted).one()
    return ThesaurusRead(
        domain=row.domain,
        groups=groups,
        terms=terms,
        digest=row.digest,
        updated_by=row.updated_by,
        updated_at=row.updated_at,
    )
