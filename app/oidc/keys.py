"""The provider's public keys (JWKS): from a file, or fetched, kept, and fetched again where a key is not among them."""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

# A token with a made-up key id must not make us ask the provider each time.
LEAST_BETWEEN_FETCHES = 60.0
# A key that the provider has withdrawn is trusted no longer than this.
MOST_AGE = 3600.0


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key, and the one algorithm that it is for, if it says so."""

    key: Any
    algorithm: str | None


class ProviderAwayError(Exception):
    """The identity provider does not answer, or not with what it should."""


class KeySet:
    """Keys by id. `fetch` gives the provider's JWKS document, or raises ProviderAwayError."""

    def __init__(self, fetch: Callable[[], Any], clock: Callable[[], float] = time.monotonic) -> None:
        self._fetch = fetch
        self._clock = clock
        self._keys: dict[str | None, PublicKey] = {}
        self._fetched: float | None = None
        self._tried: float | None = None
        self._lock = Lock()

    @classmethod
    def of_file(cls, file: str) -> "KeySet":
        """The keys in a file, which is read again when a key is missing: so keys are changed without a restart."""

        def read() -> Any:  # noqa: ANN401 - any JSON
            try:
                return json.loads(Path(file).read_text(encoding="utf-8"))
            except (OSError, ValueError) as error:
                raise ProviderAwayError(f"{file}: {error}") from error

        return cls(read)

    def find(self, key_id: str | None) -> PublicKey | None:
        """The key of this id, or, without one, the only key there is; None if there is none.

        Raises ProviderAwayError if there are no keys to look in.
        """
        with self._lock:
            now = self._clock()
            stale = self._fetched is None or now - self._fetched > MOST_AGE
            if (stale or self._held(key_id) is None) and self._may_fetch(now):
                self._tried = now
                self._refresh(now)
            if not self._keys or (self._fetched is not None and now - self._fetched > 2 * MOST_AGE):
                raise ProviderAwayError("the provider's keys cannot be had")
            return self._held(key_id)

    def _may_fetch(self, now: float) -> bool:
        return self._tried is None or now - self._tried >= LEAST_BETWEEN_FETCHES

    def _refresh(self, now: float) -> None:
        try:
            self._keys = dict(_usable(self._fetch()))
        except ProviderAwayError:
            # What is held goes on to hold for a while.
            if not self._keys:
                raise
            return
        self._fetched = now

    def _held(self, key_id: str | None) -> PublicKey | None:
        if key_id is None:
            return next(iter(self._keys.values())) if len(self._keys) == 1 else None
        return self._keys.get(key_id)


def _usable(document: Any) -> Iterator[tuple[str | None, PublicKey]]:  # noqa: ANN401 - any JSON
    """The keys of a JWKS document (RFC 7517) that can verify signatures, by their ids."""
    from jwt import PyJWK, PyJWTError  # noqa: PLC0415 - see the package

    entries = document.get("keys") if isinstance(document, dict) else None
    if not isinstance(entries, list):
        raise ProviderAwayError("no key set (JWKS)")
    for entry in entries:
        # A shared secret verifies nothing that anybody else has signed.
        if not isinstance(entry, dict) or entry.get("kty") == "oct" or entry.get("use", "sig") != "sig":
            continue
        try:
            key = PyJWK.from_dict(entry).key
        except (PyJWTError, ValueError, TypeError, KeyError):
            # Of a kind that the library does not know: there may be others.
            continue
        yield entry.get("kid"), PublicKey(key, entry.get("alg"))
