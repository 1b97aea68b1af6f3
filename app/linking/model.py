"""The numbers the judge decides by, and where they come from."""

from dataclasses import dataclass

import numpy as np

from app.linking.space import Floats


@dataclass(frozen=True, slots=True)
class Model:
    """Three logistic models over the measured features: a logit of 0 is an even chance."""

    pair: tuple[float, ...]  # one weight a field of PairFeatures: does this sentence take the task up?
    pair_bias: float
    institution: float  # added where the task is an institution's
    province: float  # added where it is the province's own
    full: tuple[float, ...]  # one weight a field of PairFeatures: if so, wholly, or only in part?
    full_bias: float
    full_outside: float  # added where the task is not a city's
    item: tuple[float, ...]  # one weight a field of ItemFeatures: does the lower item implement the upper one?
    item_bias: float


# Fitted by tests/evaluation/fit.py on judged pairs of plans: each city alone, so that the other can tell how good the
# method is on a plan it has never seen, and, for use, both together.
FITTED_ON_LINYI = Model(
    pair=(3.05, 3.32, 2.4, 1.25, -1.42),
    pair_bias=-3.37,
    institution=-1.85,
    province=-1.35,
    full=(2.27, 3.39, 0.76, 0.0, 0.11),
    full_bias=-2.6,
    full_outside=-1.77,
    item=(3.04, 1.38, 3.3),
    item_bias=-6.26,
)
FITTED_ON_YUNHE = Model(
    pair=(3.95, 2.48, 1.6, 1.63, -1.41),
    pair_bias=-4.61,
    institution=-1.55,
    province=-1.3,
    full=(1.44, 1.48, 0.0, 0.49, 0.0),
    full_bias=-1.67,
    full_outside=-1.16,
    item=(3.36, 2.28, 1.47),
    item_bias=-6.02,
)
SHIPPED = Model(
    pair=(3.43, 3.02, 2.05, 1.39, -1.59),
    pair_bias=-3.8,
    institution=-2.05,
    province=-1.59,
    full=(1.94, 2.69, 0.34, 0.46, 0.2),
    full_bias=-2.55,
    full_outside=-1.87,
    item=(3.74, 2.03, 3.03),
    item_bias=-6.66,
)


def probability(logit: Floats) -> Floats:
    """The logistic function: 0 to 1."""
    return np.asarray(1 / (1 + np.exp(-np.clip(logit, -30, 30))))
