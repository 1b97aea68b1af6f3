"""The numbers the judge decides by, and where they come from."""

import hashlib
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields

import numpy as np

from app.linking.space import Floats


@dataclass(frozen=True, slots=True)
class Model:
    """Logistic models over the measured features: a logit of 0 is an even chance."""

    pair: tuple[float, ...]  # one weight a field of PairFeatures: does this sentence take the task up?
    pair_bias: float
    institution: float  # added where the task is an institution's
    province: float  # added where it is the province's own
    rank: tuple[float, ...]  # one weight a field of PairFeatures: which sentence is the best evidence?
    full: tuple[float, ...]  # one weight a field of PairFeatures: if so, wholly, or only in part?
    full_bias: float
    full_outside: float  # added where the task is not a city's
    item: tuple[float, ...]  # one weight a field of ItemFeatures, one each for the best evidence and for any
    item_bias: float
    # From this chance on a sentence is said to take a task up: a little above an even one, since scores about the middle
    # promise more than they hold, in either city (see the reliability diagram), and a gap passed over is never looked at.
    least_taken_up: float = 0.6
    # From this chance on an item is said to implement: below an even one, since what is no implementation at this chance
    # nearly always contributes, and a missed one costs a reader more than a pale one.
    least_implementing: float = 0.35

    @property
    def taken_up(self) -> float:
        """The logit of `least_taken_up`."""
        return math.log(self.least_taken_up / (1 - self.least_taken_up))

    def digest(self) -> str:
        """SHA-256 of the numbers, hexadecimal."""
        return hashlib.sha256(repr(self).encode()).hexdigest()

    def as_dict(self) -> dict[str, object]:
        """The numbers as JSON takes them; `of` makes the same model of them."""
        return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}

    @classmethod
    def of(cls, numbers: Mapping[str, object]) -> "Model":
        """A model from its numbers; raises ValueError if they are not those of this method."""
        names = {field.name for field in fields(cls)}
        if set(numbers) != names:
            raise ValueError(f"not the numbers of a model: {sorted(set(numbers) ^ names)}")
        values = {name: tuple(value) if isinstance(value, list) else value for name, value in numbers.items()}
        if any(len(value) != len(getattr(SHIPPED, name)) for name, value in values.items() if isinstance(value, tuple)):
            raise ValueError("not as many weights as the method has features")
        return cls(**values)  # type: ignore[arg-type]  # the names were compared


# Fitted by tests/evaluation/fit.py on judged pairs of plans: each city alone, so that the other can tell how good the
# method is on a plan it has never seen, and, for use, both together.
FITTED_ON_LINYI = Model(
    pair=(1.3, 1.05, 1.19, 1.65, 1.71, 1.3, 1.26, 1.71, 0.0, -1.15, -0.5),
    pair_bias=-5.4,
    institution=-2.25,
    province=-1.4,
    rank=(1.77, 0.9, 0.35, 2.58, 1.69, 1.34, 0.0, 1.85, 1.29, -1.39, 0.0),
    full=(3.33, 0.0, 0.0, 2.69, 0.0, 0.63, 0.0, 0.0, 0.0, 0.0, 0.0),
    full_bias=-4.76,
    full_outside=-1.43,
    item=(2.12, 0.78, 2.29, 1.85, 1.9),
    item_bias=-6.6,
)
FITTED_ON_YUNHE = Model(
    pair=(1.82, 0.68, 0.88, 0.19, 1.52, 1.51, 2.73, 0.52, 0.0, -1.61, -0.81),
    pair_bias=-5.02,
    institution=-1.64,
    province=-1.27,
    rank=(3.24, 0.86, 0.0, 1.59, 1.69, 1.56, 0.0, 0.51, 1.25, -1.45, 0.0),
    full=(0.91, 0.0, 0.0, 1.39, 0.09, 1.14, 0.0, 0.0, 0.0, 0.0, 0.0),
    full_bias=-2.55,
    full_outside=-1.59,
    item=(2.21, 1.56, 0.91, 2.06, 1.62),
    item_bias=-6.49,
)
SHIPPED = Model(
    pair=(1.43, 0.85, 0.99, 0.98, 1.68, 1.37, 2.12, 1.09, 0.0, -1.51, -0.75),
    pair_bias=-5.05,
    institution=-2.51,
    province=-1.68,
    rank=(2.31, 0.85, 0.0, 2.31, 1.71, 1.42, 0.0, 1.2, 1.43, -1.55, 0.0),
    full=(2.19, 0.0, 0.0, 2.27, 0.13, 1.47, 0.0, 0.0, 0.0, 0.0, 0.0),
    full_bias=-4.62,
    full_outside=-1.79,
    item=(2.38, 1.24, 2.12, 2.33, 2.0),
    item_bias=-7.05,
)


def probability(logit: Floats) -> Floats:
    """The logistic function: 0 to 1."""
    return np.asarray(1 / (1 + np.exp(-np.clip(logit, -30, 30))))
