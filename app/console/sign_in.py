"""Signing in and out with a browser: by an access key, by the identity provider, or by a trial's one-time address."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from fastapi.responses import RedirectResponse

from app.authentication import NOBODY, Authenticator, Credentials
from app.console.errors import PageRoute
from app.console.look import HEADERS, address_of, bare
from app.console.visitor import SignedIn, chose_english, doorkeeper
from app.cookies import LANGUAGE, SESSION, SIGN_IN, cookie_of, drop_cookie, set_cookie
from app.db import Database, get_database
from app.errors import BadCredentials, CrossSiteWrite, DomainError, Forbidden
from app.models import SignedInBy
from app.oidc import Started
from app.permissions import Role
from app.provider import Provider
from app.services import sessions
from app.services.audit import Subject
from app.services.sessions import Identity
from app.trial import Trial

router = APIRouter(include_in_schema=False, route_class=PageRoute)

Store = Annotated[Database, Depends(get_database)]


Doorkeeper = Annotated[Authenticator, Depends(doorkeeper)]


@router.get("/sign-in")
def show_sign_in(
    request: Request,
    database: Store,
    keeper: Doorkeeper,
    code: Annotated[str, Query(alias="key", max_length=100)] = "",
    onward: Annotated[str, Query(alias="next", max_length=500)] = "",
) -> Response:
    """The page to sign in on; with a trial's one-time code it is done at once."""
    if not code:
        return _page(request, onward)
    trial: Trial | None = request.app.state.trial
    client = Credentials.of(request.scope).client
    try:
        keeper.may_try(client, "code")
        if trial is None or not trial.redeem(code):
            raise keeper.failed(client, "code", database.settings.failed_attempts)
    except DomainError as error:
        return _page(request, onward, error)
    who = Identity(trial.administrator, Role.ADMIN, None, SignedInBy.TRIAL)
    return _welcome(request, database, who, onward)


@router.post("/sign-in")
def sign_in(
    request: Request,
    database: Store,
    keeper: Doorkeeper,
    key: Annotated[str, Form(max_length=200)] = "",
    onward: Annotated[str, Form(alias="next", max_length=500)] = "",
) -> Response:
    """Exchange an access key for a session."""
    shown = Credentials.of(request.scope)
    if not shown.own_page:
        # Else another site could sign somebody in under its own name, and read what he does there.
        raise CrossSiteWrite(method="POST")
    try:
        row = keeper.check_key(key.strip(), shown.client, database.settings.failed_attempts)
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
    answer = RedirectResponse(address, status_code=303, headers=HEADERS)
    set_cookie(request, answer, SIGN_IN, started.cookie)
    return answer


@router.get("/sign-in/callback")
def come_back(
    request: Request,
    database: Store,
    keeper: Doorkeeper,
    state: Annotated[str, Query(max_length=500)] = "",
    code: Annotated[str, Query(max_length=4000)] = "",
) -> Response:
    """Back from the identity provider, with a code for who it is, or without one if it did not sign him in."""
    provider = _provider(request)
    started = Started.of_cookie(cookie_of(request, SIGN_IN), state)
    client = Credentials.of(request.scope).client
    try:
        keeper.may_try(client, "provider")
        if provider is None or started is None or not code:
            raise BadCredentials  # noqa: TRY301 - counted below like a token that does not hold
        who = provider.finish(started, code, _back(request))
    except BadCredentials:
        answer = _page(request, "", keeper.failed(client, "provider", database.settings.failed_attempts))
    except DomainError as error:
        if isinstance(error, Forbidden):
            keeper.record_refusal(NOBODY, Subject("session", "provider"), {"reason": error.detail(english=True)})
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
    return bare(request, "sign_out.html", who=signed_in)


@router.get("/language/{code}")
def choose_language(
    request: Request, code: Literal["zh", "en"], onward: Annotated[str, Query(alias="next", max_length=2000)] = ""
) -> Response:
    """Remember in which language somebody wants the pages, and go back to where he was."""
    answer = _to(request, onward if _own_address(onward) else "/")
    set_cookie(request, answer, LANGUAGE, code)
    return answer


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
    page = bare(
        request,
        "sign_in.html",
        status=error.status if error else 200,
        onward=onward,
        wrong=error.detail(english=chose_english(request)) if error else None,
        provider=_provider(request) is not None,
        trial=request.app.state.trial is not None,
    )
    if error and not isinstance(error, BadCredentials):
        # With WWW-Authenticate the browser would ask for a password of its own.
        page.headers.update(error.headers)
    return page


def _provider(request: Request) -> Provider | None:
    """The provider, if people can sign in there: that takes a client of our own."""
    provider: Provider | None = request.app.state.provider
    return provider if provider is not None and provider.flow.client_id else None


def _back(request: Request) -> str:
    """Where the provider sends the browser back to; registered there beforehand, letter by letter."""
    public = (
        request.app.state.settings.public_url.rstrip("/")
        or f"{request.url.scheme}://{request.url.netloc}{address_of(request).root}"
    )
    return f"{public}/sign-in/callback"


def _to(request: Request, address: str) -> RedirectResponse:
    # The address of a trial's sign-in holds a code: nothing may keep or hand on where somebody came from.
    return RedirectResponse(f"{address_of(request).root}{address}", status_code=303, headers=HEADERS)
