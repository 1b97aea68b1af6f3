"""What every request passes through before it reaches a route. Plain ASGI: nothing is buffered.

From the outside in: RequestContext, HostGuard, Authentication (app.authentication), PlainAddress, HeadFromGet, BodyLimit.
"""

import re
import time
import uuid
from urllib.parse import urlsplit

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.audit.origin import coming_from
from app.errors import (
    BodyTooLarge,
    InvalidRequest,
    Misdirected,
    internal_error,
    problem_response,
)

REQUEST_ID = "X-Request-ID"
# What is accepted as an id from a proxy: it goes into logs and headers, so nothing that could break either.
_SANE_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
# "testserver" is the host that Starlette's test client names; no browser resolves it.
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1", "testserver"})

log = structlog.get_logger("app.access")


class RequestContext:
    """Gives each request an id and the proxy's path prefix, writes its access line, and answers what nobody caught."""

    def __init__(self, app: ASGIApp, root_path: str) -> None:
        self.app = app
        self.root_path = root_path.rstrip("/")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        given = Headers(scope=scope).get(REQUEST_ID, "")
        request_id = given if _SANE_ID.fullmatch(given) else uuid.uuid4().hex
        scope["state"] = {**scope.get("state", {}), "request_id": request_id}
        if self.root_path:
            # Routes are found whether or not the proxy takes the prefix off the path.
            scope["root_path"] = self.root_path
        started = time.perf_counter()
        status = 0

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[REQUEST_ID] = request_id
            await send(message)

        client = scope.get("client")
        with (
            structlog.contextvars.bound_contextvars(request_id=request_id),
            coming_from(client[0] if client else None, request_id),
        ):
            try:
                await self.app(scope, receive, send_with_id)
            except Exception as error:
                # Starlette's own place for this lies outside of this class, where the id would be missing.
                response = internal_error(Request(scope), error)
                if status:  # half an answer has left: only breaking the connection tells the caller
                    raise
                await response(scope, receive, send_with_id)
            finally:
                log.info(
                    "request",
                    method=scope["method"],
                    # As it came, percent-encoded: a decoded path may hold line breaks.
                    path=scope.get("raw_path", b"").decode("latin-1") or scope["path"],
                    status=status,
                    duration_ms=round((time.perf_counter() - started) * 1000, 1),
                )


class PlainAddress:
    """Refuses addresses with a NUL in them: no name has one, and databases differ in what they make of it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            for part, pointer in ((scope.get("raw_path") or b"", "/path"), (scope["query_string"], "/query")):
                if b"%00" in part:
                    wrong = InvalidRequest(
                        count=1, errors=[(pointer, "地址中有空字符（%00）", "a NUL (%00) in the address")]
                    )
                    await problem_response(Request(scope), wrong)(scope, receive, send)
                    return
        await self.app(scope, receive, send)


class HostGuard:
    """Answers only to these host names; to all if there are none.

    A trial listens on this machine only, but a browser on this machine takes orders from any page, also from one whose
    name is made to resolve to 127.0.0.1 (DNS rebinding): the Host header still has that name.
    """

    def __init__(self, app: ASGIApp, hosts: frozenset[str]) -> None:
        self.app = app
        self.hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and self.hosts:
            host = Headers(scope=scope).get("host", "")
            if _hostname(f"//{host}") not in self.hosts:
                await problem_response(Request(scope), Misdirected(host=host))(scope, receive, send)
                return
        await self.app(scope, receive, send)


def _hostname(address: str) -> str | None:
    try:
        return urlsplit(address).hostname
    except ValueError:  # an unclosed bracket
        return None


class HeadFromGet:
    """Answers HEAD wherever GET is answered: the same status and headers, without the body."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self.app(scope, receive, send)
            return

        async def send_no_body(message: Message) -> None:
            if message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        # A copy: the server and the access line still see HEAD.
        await self.app({**scope, "method": "GET"}, receive, send_no_body)


class BodyLimit:
    """Refuses bodies that are too large, by their declared length at once, else as soon as too much has come.

    FastAPI has such a limit (`max_body_size`), but answers a declared length with plain text.
    """

    def __init__(self, app: ASGIApp, most: int) -> None:
        self.app = app
        self.most = most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        declared = headers.get("content-length", "")
        body = _Body(receive, send, self.most)
        if declared.isascii() and declared.isdigit() and int(declared) > self.most:
            # Who sends Expect waits for the answer before sending the body.
            body.more = "expect" not in headers
        else:
            try:
                await self.app(scope, body.receive, body.send)
            except BodyTooLarge:
                if body.answering:
                    raise
            if body.answering or body.received <= self.most:
                return
        await body.drop_rest()
        await problem_response(Request(scope), BodyTooLarge(limit=self.most))(scope, receive, send)


class _Body:
    """A body on its way in, counted."""

    def __init__(self, receive: Receive, send: Send, most: int) -> None:
        self._receive = receive
        self._send = send
        self._most = most
        self.received = 0
        self.more = True
        self.answering = False

    async def receive(self) -> Message:
        message = await self._receive()
        self.received += len(message.get("body", b""))
        self.more = message.get("more_body", False)
        if self.received > self._most:
            raise BodyTooLarge(limit=self._most)
        return message

    async def send(self, message: Message) -> None:
        # FastAPI turns whatever is raised while it reads a body into a 400; that answer is dropped here.
        if self.answering or self.received <= self._most:
            self.answering = True
            await self._send(message)

    async def drop_rest(self) -> None:
        """Read and forget what is on its way: most clients look for an answer only after they have sent everything.

        Only so much of it: who sends more finds the connection closed.
        """
        dropped = 0
        while self.more and dropped < 8 * self._most:
            message = await self._receive()
            dropped += len(message.get("body", b""))
            self.more = message.get("more_body", False)
