"""Lists in pages: `{"items": [...], "next_cursor": ...}` with an opaque cursor bound to its filters."""

import base64
import binascii
import hashlib
import json
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Depends, Query, Request
from pydantic import BaseModel, Field

from app.errors import BadCursor, FileTooLarge

DEFAULT_LIMIT = 100
MAX_LIMIT = 500
MAX_NUMBER = 2**31
# Rows of a list in one file: three times the gaps of the largest province, written in some ten seconds.
MAX_FILE_ROWS = 50_000

# What of a query does not say which entries are wanted: the moment stands in the cursor itself.
_NO_FILTERS = frozenset({"cursor", "limit", "as_of"})

T = TypeVar("T")
Key = list[str | int | float | None]


class Page(BaseModel, Generic[T]):
    """One page of a list."""

    items: list[T]
    next_cursor: str | None = Field(description="Pass it as `cursor` for the next page; null at the end.")


def whole(rows: list[T]) -> list[T]:
    """A complete list that goes into one file; raises FileTooLarge."""
    if len(rows) > MAX_FILE_ROWS:
        raise FileTooLarge(limit=MAX_FILE_ROWS)
    return rows


@dataclass(frozen=True, slots=True)
class PageRequest:
    """What the caller asked for: at most `limit` entries after the one whose key is `after` (None: from the start).

    `as_of` is the moment that the page before was of, so that a list does not change while it is turned over.
    """

    limit: int
    after: Key | None
    filters: str
    as_of: datetime | None = None

    def at(self, as_of: datetime) -> "PageRequest":
        """The same of a list as it stood at a moment; raises BadCursor if the page before was of another one."""
        if self.as_of not in (None, as_of):
            raise BadCursor
        return replace(self, as_of=as_of)

    def key(self, *kinds: type) -> tuple[Any, ...] | None:
        """The key to go on after, None at the start; raises BadCursor if it is not made of these kinds of values.

        A cursor is opaque, not secret: anybody can write one, so what it holds is checked like any other input.
        """
        if self.after is None:
            return None
        if len(self.after) != len(kinds) or not all(map(_fits, self.after, kinds)):
            raise BadCursor
        return tuple(self.after)

    def page(self, rows: Sequence[T], key: Callable[[T], Key]) -> Page[T]:
        """The page out of up to `limit + 1` rows; the extra row only shows that there is more."""
        more = len(rows) > self.limit
        shown = list(rows[: self.limit])
        cursor = _encode(self.filters, key(shown[-1]), self.as_of) if more else None
        return Page(items=shown, next_cursor=cursor)

    def sorted_page(self, rows: Sequence[T], key: Callable[[T], Key], *kinds: type) -> Page[T]:
        """The page out of a complete list that is sorted by `key`, which is made of `kinds`; raises BadCursor."""
        after = self.key(*kinds)
        start = bisect_right(rows, list(after), key=key) if after else 0
        return self.page(rows[start : start + self.limit + 1], key)


def _page_request(
    request: Request,
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT, description="Most entries in one answer.")] = DEFAULT_LIMIT,
    cursor: Annotated[
        str | None, Query(max_length=2000, description="`next_cursor` of the page before, with the same filters.")
    ] = None,
) -> PageRequest:
    query = sorted((k, v) for k, v in request.query_params.multi_items() if k not in _NO_FILTERS)
    filters = hashlib.sha256(json.dumps([request.url.path, query]).encode()).hexdigest()[:12]
    after, as_of = (None, None) if cursor is None else _decode(filters, cursor)
    return PageRequest(limit, after, filters, as_of)


PageQuery = Annotated[PageRequest, Depends(_page_request)]


def _fits(value: object, kind: type) -> bool:
    if type(value) is not kind:
        return False
    if isinstance(value, str):
        return value.isprintable()
    # What a database column and a sort key can hold.
    return not isinstance(value, int | float) or abs(value) < MAX_NUMBER


def _encode(filters: str, key: Key, as_of: datetime | None) -> str:
    moment = None if as_of is None else as_of.astimezone(UTC).isoformat()
    text = json.dumps([filters, key, moment], ensure_ascii=False)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _decode(filters: str, cursor: str) -> tuple[Key, datetime | None]:
    try:
        bound, key, moment = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        as_of = None if moment is None else datetime.fromisoformat(moment).astimezone(UTC)
    except (ValueError, binascii.Error, UnicodeDecodeError, TypeError, OverflowError) as error:
        raise BadCursor from error
    if bound != filters or not isinstance(key, list) or not key:
        raise BadCursor
    return key, as_of
