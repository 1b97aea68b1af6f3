"""The sheet that says what the others mean, and what they rest on."""

from collections.abc import Iterator, Sequence

from app.documents.writers import Column, Sheet
from app.reports import words
from app.reports.words import Word
from app.schemas.common import Provenance
from app.services.bases import Basis, LowerBasis

COLUMNS = {
    False: (Column("项目", 16), Column("名称", 30), Column("含义", 90)),
    True: (Column("Subject", 16), Column("Name", 30), Column("Meaning", 90)),
}


def legend(
    basis: Basis | None, groups: Sequence[tuple[Word, dict[str, Word]]], *, english: bool, more: Sequence[Word] = ()
) -> Sheet:
    """What the texts are, on what the verdicts rest, and the meaning of every code of `groups`."""
    rows = list(_sources(basis, english=english)) if basis else []
    for group, codes in groups:
        for code in codes.values():
            meaning = code.meaning(english=english)
            if meaning:
                rows.append((group.name(english=english), code.name(english=english), meaning))
    for word in (*more, words.SCORE):
        rows.append(("Term" if english else "用语", word.name(english=english), word.meaning(english=english)))
    return Sheet("Key" if english else "说明", COLUMNS[english], tuple(rows))


def stated(source: Provenance, *, english: bool) -> str:
    """The revision and the editions that an answer rests on, in a line."""
    editions = (f"{plan} 第 {number} 版" for plan, number in source.editions.items())
    if english:
        editions = (f"{plan} edition {number}" for plan, number in source.editions.items())
    revision = (
        ""
        if source.revision is None
        else f"revision {source.revision}: "
        if english
        else f"第 {source.revision} 次修订："
    )
    return revision + ("; " if english else "；").join(editions)


def as_of(source: Provenance, since: str, *, english: bool) -> str:
    """The note under a table: as of when it was made, and from what. `since` is `source.as_of` as people read it."""
    what = stated(source, english=english)
    return f"As of {since}; {what}" if english else f"数据截至 {since}；{what}"


def _sources(basis: Basis, *, english: bool) -> Iterator[tuple[str, str, str]]:
    upper, source = basis.upper, basis.provenance
    yield "As of" if english else "数据截至", basis.since, stated(source, english=english)
    number = f"，{upper.document_number}" if upper.document_number else ""
    if english:
        yield "Upper plan", upper.id, f"{upper.name}: {upper.title or '–'}{number}; edition {upper.edition}"
    else:
        yield "上级要点", upper.id, f"{upper.name}：{upper.title or '无标题'}{number}；第 {upper.edition} 版"
    for lower in basis.lowers:
        subject = "Lower plan" if english else "下级要点"
        yield subject, lower.plan or lower.name, (_lower_en if english else _lower_zh)(lower)


def _lower_zh(lower: LowerBasis) -> str:
    if lower.plan is None:
        return f"{lower.name}：无要点"
    judged = (
        f"{lower.judged_on} 比对；承接关系：已确认 {lower.confirmed} 条，未经确认 {lower.proposed} 条"
        if lower.judged_on
        else "尚未比对"
    )
    return f"{lower.name}：{lower.title or '无标题'}；第 {lower.edition} 版；{judged}"


def _lower_en(lower: LowerBasis) -> str:
    if lower.plan is None:
        return f"{lower.name}: no plan"
    judged = (
        f"judged on {lower.judged_on}; links: {lower.confirmed} confirmed, {lower.proposed} not confirmed"
        if lower.judged_on
        else "not judged yet"
    )
    return f"{lower.name}: {lower.title or '–'}; edition {lower.edition}; {judged}"
