"""The chain: each entry's text is authenticated by an HMAC and names the HMAC of the entry before; a head counts them.

Pure. Whoever does not have the key can neither change an entry nor make one, and whoever removes, moves or puts back
one is told by its number, by the code it follows, or by the head.
"""

import hashlib
import hmac
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any, NamedTuple

# The two kinds of text that are signed must never be taken for each other.
_ENTRY = b"luoshi audit entry 1\n"
_HEAD = b"luoshi audit head 1\n"
_KEY = b"luoshi audit key 1\n"
# What the first entry follows.
START = ""
# Columns beside an entry's text, for filters: each repeats what the text says under the same name, "" for null.
COLUMNS = ("at", "actor", "action", "subject", "adcode")


def canonical(value: object) -> str:
    """The one text of a JSON value: keys sorted, no spaces, no NaN; characters that UTF-8 cannot hold become `?`.

    >>> canonical({"b": 1, "a": "省"})
    '{"a":"省","b":1}'
    """
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text.encode(errors="replace").decode()


def columns(body: dict[str, Any]) -> dict[str, str]:
    """What stands in the columns beside an entry's text."""
    return {name: "" if body[name] is None else body[name] for name in COLUMNS}


def entry_mac(key: bytes, body: str) -> str:
    """The code of an entry's text, hexadecimal."""
    return _mac(key, _ENTRY, body)


def fingerprint(key: bytes) -> str:
    """A name for a key that gives nothing of it away."""
    return _mac(key, _KEY, "")[:16]


def _mac(key: bytes, kind: bytes, text: str) -> str:
    # What is read from a damaged store may hold anything.
    return hmac.new(key, kind + text.encode(errors="surrogatepass"), hashlib.sha256).hexdigest()


@dataclass(frozen=True, slots=True)
class Head:
    """How far the chain goes: entries `pruned + 1` to `count` are there, and the last one's code is `mac`.

    `pruned_mac` is the code of the last entry that was pruned, which the first one there follows.
    """

    count: int = 0
    mac: str = START
    pruned: int = 0
    pruned_mac: str = START
    at: str = ""

    def signed(self, key: bytes) -> tuple[str, str]:
        """The head's text, and the code that signs it."""
        body = canonical(asdict(self) | {"key": fingerprint(key)})
        return body, _mac(key, _HEAD, body)

    @classmethod
    def opened(cls, key: bytes, body: str, signature: str) -> "Head | None":
        """The head out of its text; None if it was not signed with this key."""
        if not hmac.compare_digest(_mac(key, _HEAD, body).encode(), signature.encode(errors="replace")):
            return None
        fields = json.loads(body)
        fields.pop("key")
        return cls(**fields)

    def follow(self, *, number: int, mac: str, at: str) -> "Head":
        """The head after one more entry."""
        return replace(self, count=number, mac=mac, at=at)


class Row(NamedTuple):
    """An entry as it is stored; in a damaged store the values can be of any type."""

    number: int
    at: str
    actor: str
    action: str
    subject: str
    adcode: str
    body: str
    mac: str


class Unreadable(NamedTuple):
    """A place at which the database could not give an entry, or, with `rest`, anything from there on."""

    number: int
    error: str
    rest: bool = False


class Kind(StrEnum):
    """What is wrong."""

    ALTERED = "altered"
    MISSING = "missing"
    REMOVED_AT_END = "removed_at_end"
    REORDERED = "reordered"
    INSERTED = "inserted"
    UNREADABLE = "unreadable"
    HEAD = "head"
    KEY = "key"
    OLDER = "older"
    DAMAGED = "damaged"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, with the entries `first` to `last` (None: and all that follow).

    Without numbers, with the audit as a whole.
    """

    kind: Kind
    first: int | None = None
    last: int | None = None
    detail: str = ""


def check(rows: Iterable[Row | Unreadable], head: Head | None, key: bytes) -> Iterator[Finding]:
    """What is wrong with entries, given in the order of their numbers; memory does not grow with them.

    Without a head that can be trusted the entries are only held against each other.
    """
    expected = None if head is None else head.pruned + 1
    # The codes that the next entry may follow; None: not known, since the one before is missing or unreadable.
    known: set[str] | None = None if head is None else {head.pruned_mac}
    for row in rows:
        if head is not None and not head.pruned < row.number <= head.count:
            yield Finding(Kind.INSERTED, row.number, row.number)
            continue
        if expected is not None and row.number > expected:
            yield Finding(Kind.MISSING, expected, row.number - 1)
            known = None
        if isinstance(row, Unreadable):
            yield Finding(Kind.UNREADABLE, row.number, None if row.rest else row.number, row.error)
            if row.rest:
                return
            known = None
        else:
            problem, known = _check(row, known, key)
            if problem:
                yield problem
        expected = row.number + 1
    if head is None or expected is None:
        return
    if expected <= head.count:
        yield Finding(Kind.REMOVED_AT_END, expected, head.count)
    elif known is not None and head.mac not in known:
        yield Finding(Kind.REORDERED, head.count, head.count, "not the entry that the head was signed for")


def _check(row: Row, known: set[str] | None, key: bytes) -> tuple[Finding | None, set[str]]:
    """What is wrong with one entry, and the codes that the next one may follow."""

    def bad(kind: Kind, detail: str) -> tuple[Finding, set[str]]:
        return Finding(kind, row.number, row.number, detail), codes

    made = entry_mac(key, row.body) if type(row.body) is str else ""
    # Whichever of text and code was changed, the next entry follows the code that was there.
    codes = {made, str(row.mac)}
    wrong_type = next((name for name in Row._fields[1:] if type(getattr(row, name)) is not str), None)
    if wrong_type:
        return bad(Kind.ALTERED, f"{wrong_type} is no text")
    if made != row.mac:
        return bad(Kind.ALTERED, "body or mac")
    body = json.loads(row.body)
    if body["number"] != row.number:
        return bad(Kind.REORDERED, f"this is entry {body['number']}")
    for name, value in columns(body).items():
        if getattr(row, name) != value:
            return bad(Kind.ALTERED, name)
    if known is not None and body["previous"] not in known:
        return bad(Kind.REORDERED, "does not follow the entry before it")
    return None, codes
