"""Single characters: officials who reword an order keep its morphemes (辍学 and 控辍, 资助 and 助学)."""

from functools import lru_cache

import numpy as np
import scipy.sparse as sp

from app.linking.lexicon import word_factor
from app.linking.prepared import PreparedPlan
from app.linking.space import REMEMBERED, Floats, plan_rarity


def character_share(upper: PreparedPlan, lower: PreparedPlan) -> Floats:
    """Tasks × sentences: the share of the weight of a task's ideographs that the sentence has, 0 to 1.

    A character weighs by its rarity among the upper plan's items, and by the most telling word of the task it is in.
    """
    known, above = _above(upper)
    rows = [(index, known[code]) for index, s in enumerate(lower.sentences) for code in s.characters if code in known]
    places = np.array(rows, dtype=np.int64).reshape(-1, 2).T
    below = sp.csr_matrix((np.ones(places.shape[1]), (places[0], places[1])), shape=(len(lower.sentences), len(known)))
    return np.asarray((below @ above.T).T)


@lru_cache(maxsize=REMEMBERED)
def _above(upper: PreparedPlan) -> tuple[dict[int, int], Floats]:
    """Characters of the tasks' ideographs by code point, and tasks × characters: their weights as shares."""
    factors = [_factors(task.units) for task in upper.tasks]
    known = {code: index for index, code in enumerate(sorted({code for task in factors for code in task}))}
    seen = np.zeros(len(known))
    for folded in upper.folded:
        seen[[known[ord(character)] for character in set(folded.text) if ord(character) in known]] += 1
    weights = plan_rarity(seen, len(upper.folded))
    above = np.zeros((len(factors), len(known)))
    for row, task in enumerate(factors):
        for code, factor in task.items():
            above[row, known[code]] = factor * weights[known[code]]
    return known, np.asarray(above / np.maximum(above.sum(axis=1, keepdims=True), 1e-9))


def _factors(units: tuple[tuple[str, object], ...]) -> dict[int, float]:
    found: dict[int, float] = {}
    for word, _ in units:
        factor = word_factor(word)
        for character in word:
            if "一" <= character <= "鿿":
                found[ord(character)] = max(found.get(ord(character), 0.0), factor)
    return found
