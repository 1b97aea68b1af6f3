"""Conditional requests (RFC 9110, 13): whoever changes something says which version of it he has seen."""

import re
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Header

from app.errors import PreconditionRequired

_TAG = re.compile(r'(W/)?"([^"]*)"')


@dataclass(frozen=True, slots=True)
class Expected:
    """The versions that a caller takes the thing to be at. None: any, as long as it exists."""

    tags: frozenset[str] | None

    def met_by(self, version: int) -> bool:
        """Whether the thing is at one of these versions."""
        return self.tags is None or str(version) in self.tags


def etag(version: int) -> str:
    """The entity tag of a version.

    >>> etag(3)
    '"3"'
    """
    return f'"{version}"'


def expected(header: str | None) -> Expected | None:
    """What an `If-Match` asks for; None where there is none. A weak tag matches nothing (RFC 9110, 13.1.1).

    >>> expected('"3", W/"4"'), expected("*"), expected(None)
    (Expected(tags=frozenset({'3'})), Expected(tags=None), None)
    """
    if header is None:
        return None
    if header.strip() == "*":
        return Expected(None)
    return Expected(frozenset(tag for weak, tag in _TAG.findall(header) if not weak))


_Header = Annotated[
    str | None,
    Header(
        alias="If-Match",
        max_length=500,
        description="The `ETag` (the version, in quotes) of what is to be changed; 412 if it is at another by now.",
        examples=['"1"'],
    ),
]


def _if_match(header: _Header = None) -> Expected:
    wanted = expected(header)
    if wanted is None:
        raise PreconditionRequired
    return wanted


def _if_match_or_new(header: _Header = None) -> Expected | None:
    return expected(header)


# What the caller has seen; 428 if he does not say. The second is for what may not be there yet.
IfMatch = Annotated[Expected, Depends(_if_match)]
IfMatchOrNew = Annotated[Expected | None, Depends(_if_match_or_new)]
