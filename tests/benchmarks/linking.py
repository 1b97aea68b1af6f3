"""Time and accuracy beside TF-IDF and BM25: `python tests/benchmarks/linking.py`, with the group `bench` installed.

All three link the same pairs of the shipped plans in one run, from texts that are stored cut up: ours from prepared
plans, theirs from lists of tokens. Each gives a best sentence and a score for every task. scikit-learn: TF-IDF over
character 2- to 4-grams, the cosine of every task with every sentence. bm25s: BM25 over jieba's words. Their thresholds
for "taken up" are those that suit the judged city best, ours are fixed: the comparison favours them.
"""

import argparse
import importlib
import sys
import time
import tracemalloc
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    # Run as a script, Python looks for modules in this folder, not in the project's.
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np
from numpy.typing import NDArray

from app.linking import AppliesTo, Evidence, Judgement, applies_to, judge, prepare
from app.linking.prepared import GRAM_SIZES, PreparedPlan
from tests.evaluation.cases import DOCUMENTS, LOWER, case, plan, scorer, thesaurus

Floats = NDArray[np.float64]

# The province, and its three cities that are shipped; the other shipped province is judged against a city of its own.
PAIRS = (
    ("370000-edu-2020", "370200-edu-2020"),
    ("370000-edu-2020", "370800-edu-2021"),
    ("370000-edu-2020", "371300-edu-2020"),
    ("320000-edu-2020", "yunhe"),
)
MANY = 16


@dataclass(frozen=True)
class Stored:
    """A plan as it is stored: prepared, and as the rivals' tokens."""

    prepared: PreparedPlan
    sentences: tuple[str, ...]
    task_grams: list[list[str]]
    grams: list[list[str]]
    task_words: list[list[str]]
    words: list[list[str]]


def grams(text: str) -> list[str]:
    """Character n-grams, as `TfidfVectorizer(analyzer="char")` cuts them."""
    return [text[k : k + size] for size in GRAM_SIZES for k in range(len(text) - size + 1)]


def stored(name: str) -> Stored:
    """Read and cut a plan, once."""
    path = LOWER["yunhe"] if name == "yunhe" else DOCUMENTS / f"{name}.txt"
    prepared = prepare(plan(path), thesaurus())
    tasks = [prepared.folded[t.item].text[t.place.start : t.place.end] for t in prepared.tasks]
    sentences = [prepared.folded[s.item].text[s.place.start : s.place.end] for s in prepared.sentences]
    return Stored(
        prepared,
        tuple(sentences),
        [grams(text) for text in tasks],
        [grams(text) for text in sentences],
        [[unit.word for unit in task.units] for task in prepared.tasks],
        [[unit.word for unit in sentence.units] for sentence in prepared.sentences],
    )


def ours(upper: Stored, lower: Stored) -> Judgement:
    """Judge the pair."""
    return judge(upper.prepared, lower.prepared, SCOPES[id(upper)])


SCOPES: dict[int, dict[tuple[int, int], AppliesTo]] = {}


def as_it_is(tokens: list[str]) -> list[str]:
    """The analyzer for texts that are cut already."""
    return tokens


def tfidf(upper: Stored, lower: Stored) -> Floats:
    """Tasks × sentences: cosines."""
    vectorizer = importlib.import_module("sklearn.feature_extraction.text").TfidfVectorizer(analyzer=as_it_is)
    below = vectorizer.fit_transform(lower.grams)
    return np.asarray((vectorizer.transform(upper.task_grams) @ below.T).toarray())


def bm25(upper: Stored, lower: Stored) -> Floats:
    """Tasks × sentences: BM25 scores."""
    index = importlib.import_module("bm25s").BM25()
    index.index(lower.words, show_progress=False)
    known = set(index.vocab_dict)
    none = np.zeros(len(lower.words))
    asked = ([word for word in words if word in known] for words in upper.task_words)
    return np.stack([index.get_scores(words) if words else none for words in asked])


METHODS: dict[str, Callable[[Stored, Stored], Any]] = {"ours": ours, "tfidf": tfidf, "bm25s": bm25}


def seconds(run: Callable[[], Any], repeats: int) -> float:
    """The least time of a run, after one to warm up: whatever else the machine does only adds to it."""
    run()
    taken = []
    for _ in range(repeats):
        start = time.perf_counter()
        run()
        taken.append(time.perf_counter() - start)
    return min(taken)


def peak(run: Callable[[], Any]) -> float:
    """The most memory (MiB) that a run holds at once, its answer included."""
    tracemalloc.start()
    run()
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most / 2**20


def accuracy(name: str, method: str, upper: Stored, lower: Stored) -> tuple[float, float]:
    """The best sentence is evidence (of tasks fully taken up), and F1 of the gaps, over a judged city's tasks."""
    gold = case(name).gold
    tasks = upper.prepared.tasks
    numbers = [upper.prepared.plan.items[task.item].number for task in tasks]
    texts = [upper.prepared.plan.items[t.item].text for t in tasks]
    if method == "ours":
        verdicts = ours(upper, lower).tasks
        scores = np.array([verdict.score for verdict in verdicts])
        places = [(v.evidence[0].item, _slice(lower, v.evidence[0])) if v.evidence else (0, "") for v in verdicts]
        thresholds: Sequence[float] = (0.5,)
    else:
        table = METHODS[method](upper, lower)
        scores = table.max(axis=1)
        homes = [lower.prepared.plan.items[s.item].number for s in lower.prepared.sentences]
        places = [(homes[k], lower.sentences[k]) for k in table.argmax(axis=1)]
        thresholds = [float(value) for value in np.quantile(scores, np.linspace(0, 1, 101))]
    items: dict[int, list[dict[str, Any]]] = {}
    for index, (task, number, text) in enumerate(zip(tasks, numbers, texts, strict=True)):
        start, end = next(
            (t.start, t.end) for t in upper.prepared.plan.items[task.item].tasks if t.number == task.number
        )
        items.setdefault(number, []).append({"text": text[start:end], "index": index})
    answer = {"items": [{"number": number, "tasks": found} for number, found in items.items()]}
    match = {key: one["index"] for key, one in scorer.align(gold["tasks"], answer).items() if one}
    full = [g for g in gold["tasks"] if g["coverage"] == "full" and g["evidence"]]
    hits = [g["id"] in match and scorer.is_evidence([places[match[g["id"]]]], g["evidence"]) for g in full]
    sure = [g for g in gold["tasks"] if g["coverage"] != "doubtful" and g["id"] in match]
    gaps = np.array([g["coverage"] == "none" for g in sure])
    found = scores[[match[g["id"]] for g in sure]]
    best = max(_f1(found < threshold, gaps) for threshold in thresholds)
    return sum(hits) / len(hits), best


def _slice(lower: Stored, evidence: Evidence) -> str:
    text = next(item.text for item in lower.prepared.plan.items if item.number == evidence.item)
    return text[evidence.start : evidence.end]


def _f1(said: NDArray[np.bool_], true: NDArray[np.bool_]) -> float:
    both = int((said & true).sum())
    return 2 * both / max(int(said.sum()) + int(true.sum()), 1)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print all figures; the exit status is 1 where ours takes more than five times as long as TF-IDF."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=15)
    repeats = parser.parse_args(arguments).repeats
    plans = {name: stored(name) for name in sorted({name for pair in PAIRS for name in pair})}
    SCOPES.update({id(one): applies_to(one.prepared.plan) for one in plans.values()})
    write = sys.stdout.write
    write(f"{'milliseconds a pair':40}" + "".join(f"{name:>10}" for name in METHODS) + f"{'ratio':>10}\n")
    totals = dict.fromkeys(METHODS, 0.0)
    for above, below in PAIRS:
        pair = plans[above], plans[below]
        taken = {name: seconds(partial(run, *pair), repeats) for name, run in METHODS.items()}
        totals = {name: totals[name] + taken[name] for name in METHODS}
        write(_row(f"{above[:6]} × {below}", taken))
    write(_row("all pairs", totals))
    memory = {name: max(peak(partial(run, plans[p[0]], plans[p[1]])) for p in PAIRS) for name, run in METHODS.items()}
    write(f"{'peak memory, MiB':40}" + "".join(f"{memory[name]:10.1f}" for name in METHODS) + "\n")
    for city, (above, below) in (("linyi", PAIRS[2]), ("yunhe", PAIRS[3])):
        figures = [accuracy(city, name, plans[above], plans[below]) for name in METHODS]
        for k, label in enumerate(("right evidence first (full)", "gap F1, all tasks")):
            write(f"{city + ': ' + label:40}" + "".join(f"{figure[k]:10.3f}" for figure in figures) + "\n")
    write(_cascades(plans, repeats))
    return int(totals["ours"] > 5 * totals["tfidf"])


def _row(label: str, taken: dict[str, float]) -> str:
    times = "".join(f"{1000 * taken[name]:10.1f}" for name in METHODS)
    return f"{label:40}{times}{taken['ours'] / taken['tfidf']:10.2f}\n"


def _all(upper: Stored, lowers: Sequence[Stored]) -> list[Judgement]:
    return [ours(upper, lower) for lower in lowers]


def _cascades(plans: dict[str, Stored], repeats: int) -> str:
    """Time a pair in cascades of 3 and of 16 cities (the shipped ones, again and again)."""
    upper = plans[PAIRS[0][0]]
    cities = [plans[below] for above, below in PAIRS if above == PAIRS[0][0]]
    lines = []
    for count in (len(cities), MANY):
        lowers = [cities[k % len(cities)] for k in range(count)]
        taken = seconds(partial(_all, upper, lowers), max(1, repeats // 2))
        lines.append(f"{f'ours, a pair in a cascade of {count}':40}{1000 * taken / count:10.1f}\n")
    return "".join(lines)


if __name__ == "__main__":
    raise SystemExit(main())
