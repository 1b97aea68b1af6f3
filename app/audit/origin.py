"""Where what is being done comes from: the client's address and the request's id, for all code that a request runs."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Origin:
    """The address that asked, or, outside of a request, the name of this machine."""

    client: str | None
    request_id: str | None


_current: ContextVar[Origin | None] = ContextVar("audit_origin", default=None)


def current() -> Origin:
    """Where the present work comes from. Threads know it if they were started with a copy of the context."""
    return _current.get() or Origin(client=socket.gethostname(), request_id=None)


@contextmanager
def coming_from(client: str | None, request_id: str) -> Iterator[None]:
    """For the time of the block, all work comes from this client's request."""
    token = _current.set(Origin(client, request_id))
    try:
        yield
    finally:
        _current.reset(token)
