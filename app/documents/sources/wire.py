"""Values on their way between two processes: dataclasses as JSON, and back with every part checked.

What comes back is from a process that a hostile file may have taken over: nothing but numbers, words and the enums of
the types asked for can come of it.
"""

import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")


def packed(value: Any) -> Any:  # noqa: ANN401  whatever JSON holds
    """A value of dataclasses, tuples, enums and plain values as JSON holds it: a dataclass is the list of its fields."""
    if is_dataclass(value):
        return [packed(getattr(value, field.name)) for field in fields(value)]
    if isinstance(value, tuple | list):
        return [packed(entry) for entry in value]
    return value.value if isinstance(value, Enum) else value


def unpacked(kind: type[T], said: Any) -> T:  # noqa: ANN401
    """The value of that type; raises TypeError or ValueError for anything else."""
    found: T = _unpacked(kind, said)
    return found


def _unpacked(kind: Any, said: Any) -> Any:  # noqa: ANN401
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        return _one_of(get_args(kind), said)
    if origin is tuple:
        entry, *_ = get_args(kind)
        return tuple(_unpacked(entry, one) for one in _list(said))
    if isinstance(kind, type) and is_dataclass(kind):
        hints = _hints(kind)
        given = _list(said)
        if len(given) != len(hints):
            raise ValueError(f"{kind} has {len(hints)} fields")
        return kind(**{name: _unpacked(hint, one) for (name, hint), one in zip(hints.items(), given, strict=True)})
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind(said)
    if type(said) is not kind:
        raise TypeError(f"{type(said)} is no {kind}")
    return said


def _one_of(kinds: tuple[Any, ...], said: Any) -> Any:  # noqa: ANN401
    if said is None and type(None) in kinds:
        return None
    return _unpacked(next(kind for kind in kinds if kind is not type(None)), said)


def _list(said: Any) -> list[Any]:  # noqa: ANN401
    if not isinstance(said, list):
        raise TypeError("no list")
    return said


@cache
def _hints(kind: type) -> Mapping[str, Any]:
    return get_type_hints(kind)
