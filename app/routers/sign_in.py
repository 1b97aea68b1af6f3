"""Signing in and out with a browser: by an access key, by the identity provider, or by a trial's one-time address."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from app import pages
from app.auth import Principal
from app.authentication import NOBODY, Authenticator, Credentials
from app.cookies import SESSION, SIGN_IN, cookie_of, drop_cookie, set_cookie
from app.db import Database, get_database
from app.errors import BadCredentials, CrossSiteWrite, DomainError, Forbidden, wants_english
from app.models import SignedInBy
from app.oidc import Started
from app.permissions import Role
from app.provider import Provider
from app.services import sessions
from app.services.audit import Subject
from app.services.sessions import Identity
from app.trial import Trial

router = APIRouter(include_in_schema=False)

Store = Annotated[Database, Depends(get_database)]


def _authenticator(request: Request) -> Authenticator:
    made: Authenticator = request.app.state.authenticator
    return made


Doorkeeper = Annotated[Authenticator, Depends(_authenticator)]


def _signed_in(request: Request, doorkeeper: Doorkeeper) -> Principal | None:
    """Whoever has a session; a page asks this, since nobody stops anybody outside of /api/v1."""
    return doorkeeper.signed_in(cookie_of(request, SESSION))


SignedIn = Annotated[Principal | None, Depends(_signed_in)]


@router.get("/")
def home(request: Request, signed_in: SignedIn) -> RedirectResponse:
    """The pages, or, without a session, the way to one."""
    return _to(request, "/docs" if signed_in else "/sign-in")


@router.get("/sign-in")
def show_sign_in(
    request: Request,
    database: Store,
    doorkeeper: Doorkeeper,
    code: Annotated[str, Query(alias="key", max_length=100)] = "",
    onward: Annotated[str, Query(alias="next", max_length=500)] = "",
) -> Response:
    """The page to sign in on; with a trial's one-time code it is done at once."""
    if not code:
        return _page(request, onward)
    trial: Trial | None = request.app.state.trial
    client = Credentials.of(request.scope).client
    try:
        doorkeeper.may_try(client, "code")
        if trial is None or not trial.redeem(code):
            raise doorkeeper.failed(client, "code", database.settings.failed_attempts)
    except DomainError as error:
        return _page(request, onward, error)
    who = Identity(trial.administrator, Role.ADMIN, None, SignedInBy.TRIAL)
    return _welcome(request, database, who, onward)


@router.post("/sign-in")
def sign_in(
    request: Request,
    database: Store,
    doorkeeper: Doorkeeper,
    key: Annotated[str, Form(max_length=200)] = "",
    onward: Annotated[str, Form(alias="next", max_length=500)] = "",
) -> Response:
    """Exchange an access key for a session."""
    shown = Credentials.of(request.scope)
    if not shown.own_page:
        # Else another site could sign somebody in under its own name, and read what he does there.
        raise CrossSiteWrite(method="POST")
    try:
        row = doorkeeper.check_key(key.strip(), shown.client, database.settings.failed_attempts)
    except DomainError as error:
        return _page(request, onward, error)
    return _welcome(request, database, sessions.of_key(row), onward)


@router.get("/sign-in/provider")
def go_to_provider(request: Request, onward: Annotated[str, Query(alias="next", max_length=500)] = "") -> Response:
    """Off to the identity provider."""
    provider = _provider(request)
    if provider is None:
        return _to(request, "/sign-in")
    try:
        started, address = provider.start(_back(request))
    except DomainError as error:
        return _page(request, onward, error)
    answer = RedirectResponse(address, status_code=303, headers=pages.PRIVATE)
    set_cookie(request, answer, SIGN_IN, started.cookie)
    return answer


@router.get("/sign-in/callback")
def come_back(
    request: Request,
    database: Store,
    doorkeeper: Doorkeeper,
    state: Annotated[str, Query(max_length=500)] = "",
    code: Annotated[str, Query(max_length=4000)] = "",
) -> Response:
    """Back from the identity provider, with a code for who it is, or without one if it did not sign him in."""
    provider = _provider(request)
    started = Started.of_cookie(cookie_of(request, SIGN_IN), state)
    client = Credentials.of(request.scope).client
    try:
        doorkeeper.may_try(client, "provider")
        if provider is None or started is None or not code:
            raise BadCredentials  # noqa: TRY301 - counted below like a token that does not hold
        who = provider.finish(started, code, _back(request))
    except BadCredentials:
        answer = _page(request, "", doorkeeper.failed(client, "provider", database.settings.failed_attempts))
    except DomainError as error:
        if isinstance(error, Forbidden):
            doorkeeper.record_refusal(NOBODY, Subject("session", "provider"), {"reason": error.detail(english=True)})
        answer = _page(request, "", error)
    else:
        answer = _welcome(request, database, who, "")
    drop_cookie(request, answer, SIGN_IN)
    return answer


@router.get("/sign-out")
def show_sign_out(request: Request, signed_in: SignedIn) -> Response:
    """The button to sign out with."""
    if signed_in is None:
        return _to(request, "/sign-in")
    return _html(pages.sign_out(_root(request), signed_in, english=wants_english(request)))


@router.post("/sign-out")
def sign_out(
    request: Request, database: Store, signed_in: SignedIn, csrf_token: Annotated[str, Form(max_length=100)] = ""
) -> Response:
    """End the session."""
    cookie = cookie_of(request, SESSION)
    if signed_in is not None and cookie is not None:
        if not Credentials.of(request.scope).own_page and csrf_token != signed_in.csrf_token:
            raise CrossSiteWrite(method="POST")
        with database.write() as session:
            sessions.sign_out(session, cookie)
    answer = _to(request, "/sign-in")
    drop_cookie(request, answer, SESSION)
    return answer


def _welcome(request: Request, database: Database, who: Identity, onward: str) -> Response:
    """A new session for whoever has shown who he is; one that he had before ends."""
    old = cookie_of(request, SESSION)
    with database.write() as session:
        if old is not None:
            sessions.sign_out(session, old)
        token = sessions.sign_in(session, who)
    answer = _to(request, onward if _own_address(onward) else "/")
    set_cookie(request, answer, SESSION, token)
    return answer


def _own_address(address: str) -> bool:
    r"""Whether an address to go on to lies in this service: `//host` and `/\host` are other hosts to a browser."""
    return address.startswith("/") and not address.startswith(("//", "/\\")) and address.isprintable()


def _page(request: Request, onward: str, error: DomainError | None = None) -> Response:
    english = wants_english(request)
    state = request.app.state
    text = pages.sign_in(
        _root(request),
        onward,
        problem=error.detail(english=english) if error else None,
        provider=_provider(request) is not None,
        trial=state.trial is not None,
        english=english,
    )
    if isinstance(error, BadCredentials):
        # No WWW-Authenticate: the browser would ask for a password of its own.
        return _html(text, status=error.status)
    return _html(text, status=error.status, headers=dict(error.headers)) if error else _html(text)


def _provider(request: Request) -> Provider | None:
    """The provider, if people can sign in there: that takes a client of our own."""
    provider: Provider | None = request.app.state.provider
    return provider if provider is not None and provider.flow.client_id else None


def _back(request: Request) -> str:
    """Where the provider sends the browser back to; registered there beforehand, letter by letter."""
    public = (
        request.app.state.settings.public_url.rstrip("/")
        or f"{request.url.scheme}://{request.url.netloc}{_root(request)}"
    )
    return f"{public}/sign-in/callback"


def _html(text: str, status: int = 200, headers: dict[str, str] | None = None) -> HTMLResponse:
    return HTMLResponse(text, status_code=status, headers={**pages.HEADERS, **(headers or {})})


def _root(request: Request) -> str:
    root: str = request.scope.get("root_path", "")
    return root


def _to(request: Request, address: str) -> RedirectResponse:
    # The address of a trial's sign-in holds a code: nothing may keep or hand on where somebody came from.
    return RedirectResponse(f"{_root(request)}{address}", status_code=303, headers=pages.PRIVATE)
