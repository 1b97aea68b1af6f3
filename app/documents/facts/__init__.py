"""Facts of a commitment: numbers, deadlines and named instruments with their places, and how two commitments compare.

Pure: text in, plain values out. `facts` reads a text, `facts_for` only what belongs to one commitment of a sentence;
`compare_targets` and `compare_deadlines` hold a city's facts against the province's.
"""

from app.documents.facts.belonging import facts_for
from app.documents.facts.deadlines import DeadlineVerdict, Due, compare_deadlines
from app.documents.facts.reading import facts
from app.documents.facts.rollup import Rollup, rollup
from app.documents.facts.targets import Pair, Target, TargetVerdict, compare_targets
from app.documents.facts.values import Change, Comparator, Deadline, Fact, Instrument, Measure, Number, as_dict

__all__ = [
    "Change",
    "Comparator",
    "Deadline",
    "DeadlineVerdict",
    "Due",
    "Fact",
    "Instrument",
    "Measure",
    "Number",
    "Pair",
    "Rollup",
    "Target",
    "TargetVerdict",
    "as_dict",
    "compare_deadlines",
    "compare_targets",
    "facts",
    "facts_for",
    "rollup",
]
