"""Which texts of two lists belong together: equal ones, then by the likeness that is best for all of them together."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment
from scipy.sparse import csr_matrix

# Characters that are looked at on each side, all texts together: 2,000 items are still compared within seconds.
_MOST_CHARACTERS = 400_000
_LEAST_CHARACTERS = 200
# A piece is a piece of another text if so much of it stands there, and pieces are all of it if they hold so much.
_CONTAINED, _COVERED = 0.75, 0.75
# A piece has to bring so much that no other piece has brought.
_OWN = 0.5
# Shorter texts stand in many others by chance.
_LEAST_PIECE = 6

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Group:
    """Indices that belong together: one of each side, or one of the one and several of the other."""

    old: tuple[int, ...]
    new: tuple[int, ...]


class Bigrams:
    """The pairs of neighbouring characters of two lists of comparable texts."""

    def __init__(self, old: Sequence[str], new: Sequence[str]) -> None:
        most = max(_LEAST_CHARACTERS, _MOST_CHARACTERS // max(len(old), len(new), 1))
        self.old = [_bigrams(text[:most]) for text in old]
        self.new = [_bigrams(text[:most]) for text in new]
        vocabulary: dict[str, int] = {}
        rows = [_matrix(side, vocabulary) for side in (self.old, self.new)]
        width = len(vocabulary)
        above, below = (csr_matrix((np.ones(len(c)), c, p), shape=(len(p) - 1, width)) for c, p in rows)
        self.shared: Floats = np.asarray((above @ below.T).todense())
        self.old_sizes: Floats = np.array([len(row) for row in self.old], dtype=float)
        self.new_sizes: Floats = np.array([len(row) for row in self.new], dtype=float)

    def likeness(self) -> Floats:
        """Old × new: the share of their pairs that two texts have in common (Dice): 0 to 1."""
        return 2 * self.shared / (self.old_sizes[:, None] + self.new_sizes[None, :])


def _bigrams(text: str) -> frozenset[str]:
    # The marks at both ends give the shortest text a pair.
    marked = f"\x02{text}\x03"
    return frozenset(marked[i : i + 2] for i in range(len(marked) - 1))


def _matrix(rows: Sequence[frozenset[str]], vocabulary: dict[str, int]) -> tuple[list[int], list[int]]:
    columns: list[int] = []
    pointers = [0]
    for row in rows:
        columns.extend(sorted(vocabulary.setdefault(pair, len(vocabulary)) for pair in sorted(row)))
        pointers.append(len(columns))
    return columns, pointers


def equal_pairs(
    old: Sequence[str], new: Sequence[str], old_names: Sequence[int], new_names: Sequence[int]
) -> list[Group]:
    """Equal texts; of several equal ones first those of the same name, then in order."""
    places: dict[str, list[int]] = defaultdict(list)
    for j, text in enumerate(new):
        places[text].append(j)
    pairs: list[Group] = []
    waiting: list[int] = []
    for i, text in enumerate(old):
        same = next((j for j in places[text] if new_names[j] == old_names[i]), None)
        if same is None:
            waiting.append(i)
        else:
            places[text].remove(same)
            pairs.append(Group((i,), (same,)))
    return pairs + [Group((i,), (places[old[i]].pop(0),)) for i in waiting if places[old[i]]]


def best_pairs(likeness: Floats, least: float) -> list[Group]:
    """The pairs of at least `least` that are most alike when all are added up; of equals those nearest in order."""
    if not likeness.size:
        return []
    rows, columns = likeness.shape
    apart = np.abs(np.linspace(0, 1, rows)[:, None] - np.linspace(0, 1, columns)[None, :])
    worth = np.where(likeness >= least, likeness - 1e-4 * apart, 0.0)
    found = zip(*linear_sum_assignment(worth, maximize=True), strict=True)
    return [Group((int(i),), (int(j),)) for i, j in found if worth[i, j] > 0]


def torn(bigrams: Bigrams) -> list[Group]:
    """One text that has become several, or several that have become one: the surest first, none in two groups."""
    splits = _pieces(bigrams.shared, bigrams.new_sizes, bigrams.old, bigrams.new)
    merges = _pieces(bigrams.shared.T, bigrams.old_sizes, bigrams.new, bigrams.old)
    found = [(covered, Group((whole,), pieces)) for covered, whole, pieces in splits]
    found += [(covered, Group(pieces, (whole,))) for covered, whole, pieces in merges]
    found.sort(key=lambda row: (-row[0], row[1].old, row[1].new))
    taken_old: set[int] = set()
    taken_new: set[int] = set()
    groups = []
    for _, group in found:
        if taken_old.isdisjoint(group.old) and taken_new.isdisjoint(group.new):
            taken_old.update(group.old)
            taken_new.update(group.new)
            groups.append(group)
    return groups


def _pieces(
    shared: Floats, sizes: Floats, wholes: Sequence[frozenset[str]], pieces: Sequence[frozenset[str]]
) -> list[tuple[float, int, tuple[int, ...]]]:
    """Each whole that falls into several pieces: how much of it they hold together, its index, theirs in order."""
    if not shared.size:
        return []
    home = shared.argmax(axis=0)
    belonging: dict[int, list[int]] = defaultdict(list)
    for piece, whole in enumerate(home):
        if sizes[piece] >= _LEAST_PIECE and shared[whole, piece] >= _CONTAINED * sizes[piece]:
            belonging[int(whole)].append(piece)
    found = []
    for whole, candidates in belonging.items():
        covered: set[str] = set()
        used: list[int] = []
        for piece in sorted(candidates, key=lambda j: (-shared[whole, j], j)):
            own = (pieces[piece] & wholes[whole]) - covered
            if len(own) >= _OWN * sizes[piece]:
                covered |= own
                used.append(piece)
        share = len(covered) / len(wholes[whole])
        if len(used) > 1 and share >= _COVERED:
            found.append((share, whole, tuple(sorted(used))))
    return found


def in_order(places: Sequence[int]) -> set[int]:
    """The indices of a longest rising run of `places`, not necessarily next to each other: what has kept its order.

    >>> sorted(in_order([1, 2, 0, 3]))
    [0, 1, 3]
    """
    best: list[int] = []  # best[k]: index of the least end of a rising run of k + 1
    before: list[int | None] = []
    for i, place in enumerate(places):
        low, high = 0, len(best)
        while low < high:
            middle = (low + high) // 2
            if places[best[middle]] < place:
                low = middle + 1
            else:
                high = middle
        before.append(best[low - 1] if low else None)
        best[low : low + 1] = [i]
    kept: set[int] = set()
    at = best[-1] if best else None
    while at is not None:
        kept.add(at)
        at = before[at]
    return kept
