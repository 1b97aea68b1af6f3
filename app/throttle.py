"""Slowing those who try keys, and bounding what they can make the service write. In the memory of one process."""

import ipaddress
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

# The first wait, doubled with every further attempt up to the longest: a person who mistyped barely notices.
FIRST_WAIT, LONGEST_WAIT = 30.0, 900.0
# Who has been quiet for this long starts anew.
FORGOTTEN_AFTER = 900.0


@dataclass(slots=True)
class _Failures:
    count: int
    last: float
    until: float


class Throttle:
    """Counts failed attempts by name: an address, or an address with a key's prefix.

    At most `most` names are kept, the least recent go first: memory stays bounded whatever is tried.
    """

    def __init__(self, most: int = 10_000, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = most
        self._clock = clock
        self._failures: OrderedDict[str, _Failures] = OrderedDict()
        self._lock = Lock()

    def wait(self, who: str) -> int:
        """Seconds for which an attempt is not even looked at; 0: go on."""
        with self._lock:
            known = self._failures.get(who)
            return max(0, round(known.until - self._clock() + 0.5)) if known else 0

    def fail(self, who: str, allowed: int) -> int:
        """Count a failed attempt; returns the seconds to wait from now, 0 up to `allowed` attempts."""
        with self._lock:
            now = self._clock()
            known = self._failures.get(who)
            if known is None or now - max(known.last, known.until) > FORGOTTEN_AFTER:
                known = _Failures(0, now, 0.0)
            known.count += 1
            known.last = now
            over = known.count - allowed
            wait = min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** min(over - 1, 10)) if over > 0 else 0.0
            known.until = now + wait
            self._failures[who] = known
            self._failures.move_to_end(who)
            while len(self._failures) > self._most:
                self._failures.popitem(last=False)
            return round(wait)

    def forget(self, who: str) -> None:
        """The attempt succeeded."""
        with self._lock:
            self._failures.pop(who, None)

    def __len__(self) -> int:
        return len(self._failures)


class Budget:
    """At most so many entries in an hour; what was left out is counted and told with the next one."""

    def __init__(self, an_hour: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._an_hour = an_hour
        self._clock = clock
        self._left = float(an_hour)
        self._last = clock()
        self._dropped = 0
        self._lock = Lock()

    def take(self) -> int | None:
        """How many were left out since the last one; None: leave this one out too."""
        with self._lock:
            now = self._clock()
            self._left = min(self._an_hour, self._left + (now - self._last) * self._an_hour / 3600)
            self._last = now
            if self._left < 1:
                self._dropped += 1
                return None
            self._left -= 1
            dropped, self._dropped = self._dropped, 0
            return dropped


class Budgets:
    """A budget for each name, so that nobody uses up another's; of the names the most recent are kept."""

    def __init__(self, an_hour: int, most: int = 1_000, clock: Callable[[], float] = time.monotonic) -> None:
        self._an_hour = an_hour
        self._most = most
        self._clock = clock
        self._budgets: OrderedDict[str, Budget] = OrderedDict()
        self._lock = Lock()

    def take(self, name: str) -> int | None:
        """As `Budget.take`, of this name's."""
        with self._lock:
            budget = self._budgets.setdefault(name, Budget(self._an_hour, self._clock))
            self._budgets.move_to_end(name)
            while len(self._budgets) > self._most:
                self._budgets.popitem(last=False)
        return budget.take()


def network_of(client: str | None) -> str:
    """Whom an address stands for: an IPv6 customer has a whole /64 to try from.

    >>> network_of("10.1.2.3"), network_of("2001:db8::1:2:3:4"), network_of(None)
    ('10.1.2.3', '2001:db8::/64', '-')
    """
    try:
        address = ipaddress.ip_address(client or "")
    except ValueError:
        return client or "-"
    return client or "-" if address.version == 4 else str(ipaddress.ip_network((address, 64), strict=False))
