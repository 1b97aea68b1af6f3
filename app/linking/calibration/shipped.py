"""The judged pairs of plans that are shipped, as measured features with labels: no words of any plan are in them.

tests/evaluation/judged.py makes the file; its README says whose judgement it is.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from app.linking.calibration.observed import Observed
from app.linking.model import FITTED_ON_LINYI, FITTED_ON_YUNHE, Model
from app.linking.values import PlanText

FILE = Path(__file__).parent / "judged.npz"
UNSEEN: Mapping[str, Model] = MappingProxyType({"linyi": FITTED_ON_YUNHE, "yunhe": FITTED_ON_LINYI})
"""The judged pairs, each with the model that was fitted without it."""

# Features are 0 to 1.5; sixteen bits tell more than the measuring does.
SCALE = 32768.0
_PACKED = frozenset({"sentences"})
_SMALL = {"homes": np.int16, "group": np.int16, "pair_group": np.int16, "pair_lower": np.int16}
_LABELS = frozenset({"taken", "whole", "grade"})


@dataclass(frozen=True, slots=True)
class ShippedPair:
    """A judged pair: `texts` is `texts_digest` of its plans, `unseen` the model that was fitted without it."""

    name: str
    texts: str
    observed: Observed
    unseen: Model


def texts_digest(upper: PlanText, lower: PlanText) -> str:
    """SHA-256, hexadecimal, of the texts of two plans' items, however they are cut into tasks."""
    texts = "\n".join("\f".join(item.text for item in plan.items) for plan in (upper, lower))
    return hashlib.sha256(texts.encode()).hexdigest()


@cache
def shipped_pairs() -> tuple[ShippedPair, ...]:
    """The judged pairs, read once."""
    with np.load(FILE, allow_pickle=False) as stored:
        return tuple(
            ShippedPair(name, str(stored[f"{name}.texts"]), unpacked(stored, name), unseen)
            for name, unseen in UNSEEN.items()
        )


def packed(name: str, texts: str, observed: Observed) -> dict[str, NDArray[np.generic]]:
    """A judged pair as arrays to store."""
    out: dict[str, NDArray[np.generic]] = {f"{name}.texts": np.array(texts)}
    for key in _names():
        value = getattr(observed, key)
        if key in _PACKED:
            value = (value * SCALE).round().astype(np.uint16)
        elif key in _SMALL:
            value = value.astype(_SMALL[key])
        elif key in _LABELS or key in {"outside", "proposed"}:
            value = value.astype(np.int8)
        else:
            value = value.astype(np.float32)
        out[f"{name}.{key}"] = value
    return out


def unpacked(stored: Mapping[str, NDArray[np.generic]], name: str) -> Observed:
    """A judged pair from its stored arrays."""
    out: dict[str, NDArray[np.generic]] = {}
    for key in _names():
        value = stored[f"{name}.{key}"]
        if key in _PACKED:
            out[key] = value.astype(np.float64) / SCALE
        elif key in _SMALL or key in _LABELS:
            out[key] = value.astype(np.int64)
        else:
            out[key] = value.astype(bool if key == "proposed" else np.float64)
    return Observed(**out)  # type: ignore[arg-type]  # every field by its name


def _names() -> Iterable[str]:
    return (field.name for field in fields(Observed))
