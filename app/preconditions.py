"""Conditional requests (RFC 9110, 13): whoever changes something says which version of it he has seen."""

import re
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Header

from app.errors import DomainError, PreconditionRequired

# RFC 9110, 8.8.3 and 5.6.1: tags in a list, which may have empty members.
_TAG = re.compile(r'(W/)?"([\x21\x23-\x7e\x80-\xff]*)"')
_TAGS = re.compile(rf"[ \t,]*{_TAG.pattern}([ \t]*,[ \t,]*{_TAG.pattern})*[ \t,]*")


@dataclass(frozen=True, slots=True)
class Expected:
    """The versions that a caller takes the thing to be at. None: any, as long as it exists."""

    tags: frozenset[str] | None

    def met_by(self, version: int | str) -> bool:
        """Whether the thing is at one of these versions: a number that rises, or a digest."""
        return self.tags is None or str(version) in self.tags


# Whatever is there: for what nobody else can have changed, or who replaces it anyway.
ANY = Expected(None)


def etag(version: int | str) -> str:
    """The entity tag of a version.

    >>> etag(3)
    '"3"'
    """
    return f'"{version}"'


def expected(header: str | None) -> Expected | None:
    """What an `If-Match` asks for; None where there is none. A weak tag matches nothing (RFC 9110, 13.1.1).

    Nor does a header that is no list of tags: who writes `1` for `"1"` has not said what he has seen.

    >>> expected('"3", W/"4"'), expected("*"), expected(None)
    (Expected(tags=frozenset({'3'})), Expected(tags=None), None)
    """
    if header is None:
        return None
    if header.strip() == "*":
        return Expected(None)
    if not _TAGS.fullmatch(header):
        return Expected(frozenset())
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


def _if_match_if_any(header: _Header = None) -> Expected | None:
    return expected(header)


def check(seen: Expected | None, version: int | str | None, changed: DomainError) -> None:
    """Raise PreconditionRequired if the caller did not say what he has seen, `changed` if it is another version by now.

    `version` is None for what is not there: who says he has seen it is told that it is gone.
    """
    if version is None:
        if seen is not None:
            raise changed
    elif seen is None:
        raise PreconditionRequired
    elif not seen.met_by(version):
        raise changed


# What the caller has seen; 428 if he does not say. The second is for what may not be there yet, and `check` for when it
# is; the third for what may be changed unseen.
IfMatch = Annotated[Expected, Depends(_if_match)]
IfMatchOrNew = Annotated[Expected | None, Depends(_if_match_if_any)]
IfMatchIfAny = Annotated[Expected | None, Depends(_if_match_if_any)]
