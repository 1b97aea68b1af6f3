"""A trial on one's own machine: everybody there may read; its administrator signs in by an address printed once."""

import hashlib
import hmac
import secrets
import time
from collections.abc import Callable
from threading import Lock

# Time enough to find the line in the terminal and open it.
CODE_SECONDS = 15 * 60


class Trial:
    """Holds the one code, in memory only, with which its administrator signs in."""

    def __init__(self, administrator: str, clock: Callable[[], float] = time.monotonic) -> None:
        self.administrator = administrator
        self._clock = clock
        self._lock = Lock()
        self._digest = b""
        self._until = 0.0

    def code(self) -> str:
        """A new code, which works once and for a short while; the one before works no more."""
        code = secrets.token_urlsafe(16)
        with self._lock:
            self._digest = _digest(code)
            self._until = self._clock() + CODE_SECONDS
        return code

    def redeem(self, code: str) -> bool:
        """Whether it is the code; it works no more after that."""
        with self._lock:
            good = self._clock() < self._until and hmac.compare_digest(self._digest, _digest(code))
            if good:
                self._until = 0.0
            return good


def _digest(code: str) -> bytes:
    return hashlib.sha256(code.encode()).digest()
