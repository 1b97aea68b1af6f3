"""The numbers the judge decides by, and where they come from."""

import hashlib
from dataclasses import dataclass

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
    item: tuple[float, ...]  # one weight a field of ItemFeatures, and one for the best evidence
    item_bias: float

    def digest(self) -> str:
        """SHA-256 of the numbers, hexadecimal."""
        return hashlib.sha256(repr(self).encode()).hexdigest()


# Fitted by tests/evaluation/fit.py on judged pairs of plans: each city alone, so that the other can tell how good the
# method is on a plan it has never seen, and, for use, both together.
FITTED_ON_LINYI = Model(
    pair=(1.19, 1.21, 0.81, 2.0, 1.76, 1.26, 0.55, 1.68, 0.0, -1.11),
    pair_bias=-5.56,
    institution=-2.24,
    province=-1.38,
    rank=(0.73, 1.28, 0.1, 2.43, 1.79, 1.31, 0.68, 1.66, 1.24, -1.31),
    full=(3.16, 0.0, 0.0, 2.29, 0.36, 0.6, 0.0, 0.0, 0.0, 0.0),
    full_bias=-4.23,
    full_outside=-1.47,
    item=(2.71, 1.06, 2.82, 1.73),
    item_bias=-6.1,
)
FITTED_ON_YUNHE = Model(
    pair=(1.7, 0.72, 0.83, 1.62, 1.42, 1.53, 0.96, 0.5, 0.0, -1.45),
    pair_bias=-5.34,
    institution=-1.58,
    province=-1.29,
    rank=(2.14, 0.87, 0.0, 1.84, 1.81, 1.56, 0.63, 0.39, 1.28, -1.59),
    full=(1.13, 0.0, 0.0, 1.27, 0.0, 0.2, 0.0, 0.0, 0.0, 0.0),
    full_bias=-1.1,
    full_outside=-0.96,
    item=(2.69, 1.84, 1.12, 2.18),
    item_bias=-6.07,
)
SHIPPED = Model(
    pair=(1.13, 1.03, 0.77, 2.0, 1.66, 1.37, 0.88, 1.07, 0.0, -1.41),
    pair_bias=-5.34,
    institution=-2.44,
    province=-1.6,
    rank=(1.06, 1.18, 0.0, 2.32, 1.86, 1.4, 0.72, 0.85, 1.41, -1.57),
    full=(2.22, 0.0, 0.0, 2.07, 0.25, 0.83, 0.0, 0.0, 0.0, 0.0),
    full_bias=-3.57,
    full_outside=-1.43,
    item=(3.11, 1.54, 2.59, 2.31),
    item_bias=-6.52,
)


def probability(logit: Floats) -> Floats:
    """The logistic function: 0 to 1."""
    return np.asarray(1 / (1 + np.exp(-np.clip(logit, -30, 30))))


def model_digest() -> str:
    """The digest of the numbers in use, for the records of a run."""
    return SHIPPED.digest()
