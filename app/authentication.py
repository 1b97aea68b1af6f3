"""Finding out who is calling, before anything else is looked at. Plain ASGI around the whole API."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from urllib.parse import urlsplit

import structlog
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlmodel import Session
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import Request, cookie_parser
from starlette.types import ASGIApp, Receive, Send
from starlette.types import Scope as AsgiScope

from app.auth import READER, SAFE_METHODS, Kind, Principal
from app.cookies import SESSION, cookie_name
from app.db import Database
from app.errors import (
    BadCredentials,
    CrossSiteWrite,
    DomainError,
    Forbidden,
    TooManyAttempts,
    Unauthenticated,
    Unavailable,
    problem_response,
)
from app.models.base import now
from app.permissions import PREFIX
from app.services import access_keys, audit, sessions
from app.services.access_keys import USE_NOTED, KeyHolder
from app.services.audit import Action, Outcome, Subject
from app.throttle import Budget, Budgets, Throttle, network_of

# Refused attempts that are recorded in an hour, of all strangers together and of each one who is known: an entry takes
# about a kilobyte, so that nobody fills the disk, and no stranger's noise hides what somebody inside has tried.
RECORDED_AN_HOUR = 600
RECORDED_AN_HOUR_EACH = 120
# A program that was given a wrong key repeats it more often than a person.
PROGRAMS = 5
NOBODY = "anonymous"
log = structlog.get_logger("app.access")


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a request shows of who sends it."""

    method: str
    client: str
    bearer: str | None
    cookie: str | None
    own_page: bool  # whether a page of this service is known to have sent it
    csrf_token: str | None

    @classmethod
    def of(cls, scope: AsgiScope) -> "Credentials":
        """What an HTTP request shows."""
        headers = Headers(scope=scope)
        client = scope.get("client")
        kind, _, value = headers.get("authorization", "").partition(" ")
        jar = cookie_parser(headers.get("cookie", ""))
        return cls(
            method=scope["method"],
            client=network_of(client[0] if client else None),
            bearer=value.strip() if kind.lower() == "bearer" else None,
            cookie=jar.get(cookie_name(scope, SESSION)),
            own_page=from_own_page(headers),
            csrf_token=headers.get("x-csrf-token"),
        )


def from_own_page(headers: Headers) -> bool:
    """Whether a page of this very service sent the request, as the browser says (Fetch Metadata, else Origin)."""
    if site := headers.get("sec-fetch-site"):
        return site == "same-origin"
    # Browsers leave that header out where the connection is not encrypted, but name the origin of a write.
    origin = headers.get("origin")
    try:
        return origin is not None and urlsplit(origin).netloc.lower() == headers.get("host", "").lower()
    except ValueError:  # an unclosed bracket
        return False


@dataclass(frozen=True, slots=True)
class _Admitted:
    principal: Principal
    # What is written down once the answer has left: nobody waits for it.
    afterwards: Callable[[Session], None] | None = None


Verifier = Callable[[str], Principal]


@dataclass
class Authenticator:
    """Knows people by their key, token or session; slows down and records whoever fails. One for each process."""

    database: Database
    trial: bool
    # Verifies an identity provider's token, raising BadCredentials or Forbidden; None: there is no provider.
    tokens: Verifier | None = None
    throttle: Throttle = field(default_factory=Throttle)
    recorded: Budget = field(default_factory=lambda: Budget(RECORDED_AN_HOUR))
    recorded_of: Budgets = field(default_factory=lambda: Budgets(RECORDED_AN_HOUR_EACH))
    _noted: dict[str, float] = field(default_factory=dict)

    def admit(self, shown: Credentials) -> _Admitted:
        """Who is calling. Uses a session of its own, which is over when this returns.

        Raises Unauthenticated, BadCredentials, TooManyAttempts, Forbidden (a token without a role here), or
        CrossSiteWrite for a write with a cookie that no page of ours is known to have sent.
        """
        if shown.bearer is not None:
            return self._by_bearer(shown, shown.bearer)
        if shown.cookie is not None:
            found = self._by_cookie(shown.method, shown.cookie, shown.csrf_token, proved=shown.own_page)
            if found is not None:
                return found
        if self.trial and shown.method in SAFE_METHODS:
            return _Admitted(READER)
        raise Unauthenticated

    def check_key(self, key: str, client: str, allowed: int) -> KeyHolder:
        """Whose a key is that holds; raises BadCredentials or TooManyAttempts, and counts the failure."""
        prefix = access_keys.prefix_of(key) or "-"
        self.may_try(client, prefix)
        with self.database.read() as session:
            row = access_keys.check(session, key)
        if row is None:
            raise self.failed(client, prefix, allowed)
        self.throttle.forget(f"{client} {prefix}")
        return row

    def failed(self, client: str, what: str, allowed: int) -> DomainError:
        """Count, log and record a failed attempt; returns the error to be raised."""
        waits = self.throttle.fail(f"{client} {what}", allowed), self.throttle.fail(client, PROGRAMS * allowed)
        log.warning("access_refused", client=client, credential=what)
        self.record_refusal(NOBODY, Subject("key", what), {"client": client})
        return TooManyAttempts(seconds=max(waits)) if any(waits) else BadCredentials()

    def record_refusal(self, actor: str, subject: Subject, after: dict[str, object]) -> None:
        """Record a refused attempt, unless there were too many of late; how many were left out is told later."""
        left_out = self.recorded.take() if actor == NOBODY else self.recorded_of.take(actor)
        if left_out is None:
            return
        if left_out:
            after = {**after, "left_out_before": left_out}
        try:
            audit.record_now(self.database, actor, Action.ACCESS_REFUSE, subject, after=after, outcome=Outcome.REFUSED)
        except (DomainError, OperationalError) as error:
            # It is refused either way.
            log.error("refusal_not_recorded", error=str(error).splitlines()[0])  # noqa: TRY400 - one line is enough

    def note(self, afterwards: Callable[[Session], None]) -> None:
        """Write down a last use. That it may fail, the store being busy, harms nobody."""
        try:
            with self.database.write(unaudited="when a key or session was last used is no deed") as session:
                afterwards(session)
        except (OperationalError, PoolTimeoutError) as error:
            log.warning("use_not_noted", error=str(error).splitlines()[0])

    def signed_in(self, cookie: str | None) -> Principal | None:
        """Whoever has a session by this cookie; for pages, which show themselves to everybody."""
        if cookie is None:
            return None
        found = self._by_cookie("GET", cookie, proved=True)
        if found and found.afterwards:
            self.note(found.afterwards)
        return found.principal if found else None

    def may_try(self, client: str, what: str) -> None:
        """Raise TooManyAttempts if this client has to wait before it tries this again."""
        if wait := self.throttle.wait(f"{client} {what}"):
            raise TooManyAttempts(seconds=wait)

    @property
    def _allowed(self) -> int:
        return PROGRAMS * self.database.settings.failed_attempts

    def _by_bearer(self, shown: Credentials, bearer: str) -> _Admitted:
        if self.tokens is not None and bearer.count(".") == 2:
            self.may_try(shown.client, "token")
            try:
                return _Admitted(self.tokens(bearer))
            except BadCredentials:
                raise self.failed(shown.client, "token", self._allowed) from None
        row = self.check_key(bearer, shown.client, self._allowed)
        principal = Principal(f"key:{row.prefix}", row.role, row.adcode, Kind.KEY)
        due = row.used_at is None or now() - row.used_at >= USE_NOTED
        return _Admitted(
            principal, partial(access_keys.note_use, prefix=row.prefix) if due and self._first(row) else None
        )

    def _first(self, row: KeyHolder) -> bool:
        """Whether no other request of this process is about to note the same."""
        last, moment = self._noted.get(row.prefix), time.monotonic()
        self._noted[row.prefix] = moment
        return last is None or moment - last >= USE_NOTED.total_seconds()

    def _by_cookie(self, method: str, cookie: str, csrf_token: str | None = None, *, proved: bool) -> _Admitted | None:
        """Who has a session. A cookie that no longer holds is as good as none: people come back after lunch."""
        with self.database.read() as session:
            row = sessions.find(session, cookie)
            due = row is not None and sessions.needs_noting(session, row)
        if row is None:
            return None
        token = sessions.csrf_token(cookie)
        if method not in SAFE_METHODS and not proved and csrf_token != token:
            raise CrossSiteWrite(method=method)
        principal = Principal(row.subject, row.role, row.adcode, Kind.SESSION, token)
        return _Admitted(principal, partial(sessions.note_use, row_id=row.id) if due else None)


class Authentication:
    """Lets nobody through to an address under /api/v1 who is not known: 401 comes before any other check."""

    def __init__(self, app: ASGIApp, authenticator: Authenticator) -> None:
        self.app = app
        self.authenticator = authenticator

    async def __call__(self, scope: AsgiScope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not _guarded(scope):
            await self.app(scope, receive, send)
            return
        shown = Credentials.of(scope)
        try:
            admitted = await run_in_threadpool(self.authenticator.admit, shown)
        except DomainError as error:
            await problem_response(Request(scope), error)(scope, receive, send)
            if isinstance(error, Forbidden | CrossSiteWrite):
                await run_in_threadpool(self._record, NOBODY, scope, {"reason": error.slug})
            return
        except (OperationalError, InterfaceError, PoolTimeoutError) as error:
            log.error("database_unavailable", error=str(error).splitlines()[0])  # noqa: TRY400 - one line is enough
            await problem_response(Request(scope), Unavailable())(scope, receive, send)
            return
        scope["state"] = {**scope.get("state", {}), "principal": admitted.principal}
        await self.app(scope, receive, send)
        if why := scope["state"].get("refused"):
            who = admitted.principal
            await run_in_threadpool(self._record, who.subject, scope, {"role": who.role, "reason": why})
        if admitted.afterwards is not None:
            await run_in_threadpool(self.authenticator.note, admitted.afterwards)

    def _record(self, actor: str, scope: AsgiScope, after: dict[str, object]) -> None:
        subject = Subject("address", f"{scope['method']} {scope['path']}")
        self.authenticator.record_refusal(actor, subject, after)


def _guarded(scope: AsgiScope) -> bool:
    """Whether an address lies under /api/v1. Some proxies take their prefix off the path, some leave it on."""
    path: str = scope["path"]
    root = scope.get("root_path", "")
    inner = path.removeprefix(root) if root and path.startswith(f"{root}/") else path
    return any(one == PREFIX or one.startswith(f"{PREFIX}/") for one in (path, inner))
