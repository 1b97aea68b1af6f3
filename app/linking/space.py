"""The space an upper plan spans: its units and bigrams with their weights; lower texts are measured in it.

Weights come from the background and the upper plan alone. So what one lower sentence is worth does not hang on what
else the lower plan says, and adding a sentence cannot make another one look worse.
"""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from app.linking.abbreviations import ABBREVIATED, short_form
from app.linking.lexicon import word_factor
from app.linking.prepared import Clause, Codes, PreparedPlan, Sentence, Unit, bigram_codes, bigram_text
from app.linking.thesaurus import Relation
from app.linking.words import rarity

Floats = NDArray[np.float64]

# A unit that no segment holds in full counts at most this much, by the share of its bigrams found (feasibility study).
PARTLY_SPELT = 0.7
# A share this near to one is one: the bigrams' parts do not add up to it exactly.
WHOLE = 1 - 1e-9
_SHORT_FORM = 2  # characters
NO_CODES: Codes = np.zeros(0, dtype=np.int64)
# A word in every item of the plan still says a little.
LEAST_RARITY = 0.05


@dataclass(frozen=True, slots=True)
class Space:
    """Vocabularies and weights of one upper plan, and what its units look like, as tables of units × bigrams.

    `spelling` has each unit's bigrams, in rows that sum to one; `shortening` the short form of a long unit;
    `short_units` the units that may themselves be short forms.
    """

    units: dict[Unit, int]
    unit_weights: Floats
    bigrams: Codes
    bigram_weights: Floats
    spelling: sp.csr_matrix
    shortening: sp.csr_matrix
    short_units: sp.csr_matrix
    concepts: dict[tuple[str, Relation], int]
    meanings: tuple[tuple[float, sp.csr_matrix], ...]

    def unit_rows(self, texts: Iterable[Iterable[Unit]]) -> sp.csr_matrix:
        """Texts (as units) × units: each unit's weight once."""
        rows: list[int] = []
        columns: list[int] = []
        count = 0
        for count, text in enumerate(texts, 1):
            known = [self.units[unit] for unit in dict.fromkeys(text) if unit in self.units]
            rows.extend([count - 1] * len(known))
            columns.extend(known)
        return sp.csr_matrix((self.unit_weights[columns], (rows, columns)), shape=(count, len(self.units)))

    def bigram_rows(self, texts: Sequence[Codes]) -> sp.csr_matrix:
        """Texts (as bigram codes) × the plan's bigrams: one where the text has it."""
        return _indicator(texts, self.bigrams)

    def found(self, texts: Sequence[Sentence | Clause]) -> sp.csr_matrix:
        """Units × texts: how far a text holds a unit.

        1 where it is there, 0.9 or less where a term of the same group is, 0.7 where a shorter or longer form of it is,
        up to 0.7 where some of its bigrams are.
        """
        written = self.bigram_rows([text.bigrams for text in texts])
        held = sp.csr_matrix(self.spelling @ written.T)
        held.data = np.where(held.data > WHOLE, 1.0, PARTLY_SPELT * held.data)
        short = self.bigram_rows([text.short for text in texts])
        shortened = sp.csr_matrix(self.shortening @ written.T + self.short_units @ short.T)
        named = self.concept_columns(texts)
        for worth, hits in ((ABBREVIATED, shortened), *((worth, table @ named) for worth, table in self.meanings)):
            hits.data = np.where(hits.data > 0, worth, 0.0)
            held = held.maximum(hits)
        return sp.csr_matrix(held)

    def concept_columns(self, texts: Sequence[Sentence | Clause]) -> sp.csr_matrix:
        """The plan's concepts × texts: one where the text names the group in that relation."""
        rows: list[int] = []
        columns: list[int] = []
        for index, text in enumerate(texts):
            named = {(concept.group, concept.relation) for concept in text.concepts}
            known = sorted(self.concepts[key] for key in named if key in self.concepts)
            rows.extend(known)
            columns.extend([index] * len(known))
        return sp.csr_matrix((np.ones(len(rows)), (rows, columns)), shape=(len(self.concepts), len(texts)))


# A cascade judges one upper plan against many lower ones; a few cascades may run side by side.
REMEMBERED = 8


def build_space(upper: PreparedPlan) -> Space:
    """Span the space of an upper plan."""
    units: dict[Unit, int] = {}
    for text in (*(sentence.units for sentence in upper.sentences), *(task.units for task in upper.tasks)):
        for unit in text:
            units.setdefault(unit, len(units))
    spelt = [bigram_codes(unit.word) for unit in units]
    shortened = [bigram_codes(short_form(unit.word) or "") for unit in units]
    short = [codes if len(unit.word) == _SHORT_FORM else codes[:0] for unit, codes in zip(units, spelt, strict=True)]
    bigrams = np.unique(np.concatenate([NO_CODES, *spelt, *shortened, *(task.bigrams for task in upper.tasks)]))
    return Space(
        units,
        _unit_weights(upper, units),
        bigrams,
        _bigram_weights(upper, bigrams),
        shares(_indicator(spelt, bigrams)),
        _indicator(shortened, bigrams),
        _indicator(short, bigrams),
        *_meanings(units),
    )


# What a term below is worth for a term above, by their relations to the group that both belong to.
WORTH = {
    (Relation.SAME, Relation.SAME): 0.9,
    (Relation.SAME, Relation.NARROWER): 0.6,
    (Relation.SAME, Relation.BROADER): 0.5,
    (Relation.NARROWER, Relation.SAME): 0.6,
    (Relation.NARROWER, Relation.NARROWER): 0.4,
    (Relation.NARROWER, Relation.BROADER): 0.3,
    (Relation.BROADER, Relation.SAME): 0.5,
    (Relation.BROADER, Relation.NARROWER): 0.4,
    (Relation.BROADER, Relation.BROADER): 0.5,
}


def _meanings(
    units: dict[Unit, int],
) -> tuple[dict[tuple[str, Relation], int], tuple[tuple[float, sp.csr_matrix], ...]]:
    concepts: dict[tuple[str, Relation], int] = {}
    places: dict[float, tuple[list[int], list[int]]] = {}
    for unit, row in units.items():
        for concept in unit.concepts:
            for relation in Relation:
                column = concepts.setdefault((concept.group, relation), len(concepts))
                rows, columns = places.setdefault(WORTH[concept.relation, relation], ([], []))
                rows.append(row)
                columns.append(column)
    shape = (len(units), len(concepts))
    return concepts, tuple(
        (worth, sp.csr_matrix((np.ones(len(rows)), (rows, columns)), shape=shape))
        for worth, (rows, columns) in sorted(places.items())
    )


def plan_rarity(seen: Floats, items: int) -> Floats:
    """1 for what stands in one of `items` items, towards 0.05 for what stands in all; `seen` counts the items."""
    if items == 0:
        return np.ones_like(seen)
    return np.maximum(np.log((items + 1) / np.maximum(seen, 1)) / math.log(items + 1), LEAST_RARITY)


# Official language has terms made of plain words (教师队伍建设): as part of one, a word keeps this share of its rarity.
TERM_FACTOR = 0.6


def _unit_weights(upper: PreparedPlan, units: dict[Unit, int]) -> Floats:
    counts = Counter(word for text in upper.item_units for word in set(text))
    seen = np.array([float(counts[unit.word]) for unit in units])
    background = np.array([rarity(unit.word) for unit in units])
    factor = np.array([max(word_factor(unit.word), TERM_FACTOR if unit.concepts else 0.0) for unit in units])
    # The geometric mean of both rarities: rare in the language and rare in the plan (feasibility study).
    return np.asarray(np.sqrt(background * plan_rarity(seen, len(upper.item_units))) * factor)


def _bigram_weights(upper: PreparedPlan, bigrams: Codes) -> Floats:
    seen = np.zeros(len(bigrams))
    for item in range(len(upper.item_units)):
        codes = [sentence.bigrams for sentence in upper.sentences if sentence.item == item]
        if codes:
            seen += np.isin(bigrams, np.concatenate(codes))
    factor = np.array([word_factor(bigram_text(code)) for code in bigrams])
    return np.asarray(plan_rarity(seen, len(upper.item_units)) * factor)


def _indicator(texts: Sequence[Codes], bigrams: Codes) -> sp.csr_matrix:
    """Texts × bigrams: one where the text has the bigram; others than `bigrams` are left out."""
    if not len(bigrams):
        return sp.csr_matrix((len(texts), 0))
    codes = np.concatenate([NO_CODES, *texts])
    rows = np.repeat(np.arange(len(texts)), [len(text) for text in texts])
    columns = np.minimum(np.searchsorted(bigrams, codes), len(bigrams) - 1)
    known = bigrams[columns] == codes
    ones = np.ones(int(known.sum()))
    return sp.csr_matrix((ones, (rows[known], columns[known])), shape=(len(texts), len(bigrams)))


def shares(rows: sp.csr_matrix) -> sp.csr_matrix:
    """Rows scaled to sum to one; empty rows stay empty."""
    sums = np.asarray(rows.sum(axis=1)).ravel()
    return sp.csr_matrix(sp.diags(1 / np.where(sums > 0, sums, 1)) @ rows)
