"""Which facts of a sentence belong to one commitment: a date in a neighbouring clause is not this commitment's."""

import re
from bisect import bisect_left
from dataclasses import dataclass

from app.documents.facts import phrases
from app.documents.facts.periods import PERIOD
from app.documents.facts.plaintext import BLOT, Plain, prepare
from app.documents.facts.reading import read
from app.documents.facts.values import Deadline, Fact, Measure, Number

_ONLY_TIME = re.compile(r"(?:力争|争取|确保|计划|原则上)*■")
# Making a document is another commitment than carrying out what it is about.
_DOCUMENT = re.compile(
    r"(?:制定|制订|拟订|拟定|出台|印发|研制|研究制定|修订|编制|起草|发布)[^,;。]{0,40}(?:办法|方案|细则|意见|规划|规定|标准|清单|措施|制度|指南|条例|计划|文件)"
)
_MAKES = re.compile(r"制定|制订|拟订|拟定|出台|印发|研制|修订|编制|起草|发布|办法|方案|细则|意见|规划|规定")
# How a clause ends that says when the one before it is done, with no object of its own.
_OUTCOME = re.compile(
    r"(?:出台|完成|完工|竣工|建成|到位|达标|投用|投入使用|交付|启用|开学|招生|举办|召开|印发|发布|验收|清零|见效|[实成]效|实现|整改完毕|整治完毕|启动|开工|销号|上线|运行|投运|开放|挂牌)(?:任务|工作|目标)?$"
)
_STEP = re.compile(
    r"(?:完成|开展|提交|上报|报送)[^,;。]{0,6}(?:填报|自评|自查|验收|复核|总结|报告|上报|评审|公示|申报|摸底|收尾|扫尾|终期评估)$"
)


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A text, the clauses in it that state a rate or a date, and the folded commitment that is looked for."""

    plain: Plain
    rates: frozenset[int]
    dated: frozenset[int]
    wanted: str

    def governs(self, index: int, anchor: int) -> bool:
        """Whether a date in the clause `index` is a date of the clause `anchor`."""
        if self.plain.clauses[index].sentence != self.plain.clauses[anchor].sentence:
            return False
        bare = self._bare(index)
        if index == anchor:
            return not (_DOCUMENT.search(bare) and not _MAKES.search(self.wanted))
        if index < anchor:
            # A date by itself leads into what follows, up to the next date.
            return _ONLY_TIME.fullmatch(bare) is not None and not self.dated & set(range(index + 1, anchor + 1))
        if index - anchor > 1 or anchor in self.dated or index in self.rates:
            return False
        return (_OUTCOME.search(bare) or _STEP.search(bare)) is not None

    def _bare(self, index: int) -> str:
        """A clause with its dates blotted out."""
        clause = self.plain.clauses[index]
        return PERIOD.sub(lambda m: BLOT if m.group() else "", self.plain.folded[clause.start : clause.end])


def facts_for(text: str, year: int, commitment: str) -> tuple[Fact, ...]:
    """The facts of `text` (an evidence sentence of a plan of `year`) that are about `commitment`, another plan's task.

    Numbers all stay, since `compare_targets` pairs them by what they measure. Of the deadlines there remain those of
    the clause that is most like the commitment: in it, right before it (到2021年底，…), or in a clause behind it that
    says no more than when it is done (…，力争3月底前出台).
    """
    plain = prepare(text)
    found = read(plain, year)
    if not plain.clauses:
        return found
    wanted = prepare(commitment).folded
    anchors = _anchors(plain, wanted)
    rates = {
        plain.clause_at(_folded(plain, f.start))
        for f in found
        if isinstance(f, Number) and f.measure is Measure.FIGURE and f.unit == "%" and not f.qualifier
    }
    at = {f: plain.clause_at(_folded(plain, f.start)) for f in found if isinstance(f, Deadline)}
    dated = {k for f, k in at.items() if not f.named and not f.vague}
    sentence = _Sentence(plain, frozenset(rates), frozenset(dated), wanted)
    kept = (f for f in found if not isinstance(f, Deadline) or any(sentence.governs(at[f], a) for a in anchors))
    return tuple(kept)


def _folded(plain: Plain, place: int) -> int:
    """The place in the folded text of a place in the source."""
    return bisect_left(plain.places, place)


def _anchors(plain: Plain, wanted: str) -> list[int]:
    """The clauses most like a folded commitment; all of them where none is like it, since then nothing tells."""
    scores = [round(phrases.share(wanted, plain.folded[c.start : c.end]), 6) for c in plain.clauses]
    best = max(scores)
    return [k for k, score in enumerate(scores) if score == best]
