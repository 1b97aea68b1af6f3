"""The cookies of the pages: read by nobody but this service, sent to nobody else."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Scope

from app import errors


@dataclass(frozen=True, slots=True)
class Cookie:
    """A cookie's name, and for how many seconds it is kept; None: until the browser is closed.

    `guarded`: it lets somebody in, so no other host may ever set it.
    """

    name: str
    seconds: int | None = None
    guarded: bool = True


SESSION = Cookie("luoshi-session")
# What a sign-in at the identity provider has to come back with: time enough to type a password and a code.
SIGN_IN = Cookie("luoshi-sign-in", 600)
# In which language somebody wants the pages; for a year, and known to app.errors, which speaks to him too.
LANGUAGE = Cookie(errors.LANGUAGE, 365 * 24 * 3600, guarded=False)


def secure(scope: Scope) -> bool:
    """Whether the browser's connection is encrypted."""
    public: str = scope["app"].state.settings.public_url if "app" in scope else ""
    return public.startswith("https:") if public else scope.get("scheme") == "https"


def cookie_name(scope: Scope, cookie: Cookie) -> str:
    """The cookie's name; with __Host- the browser takes it from this host alone, encrypted, for all of it (RFC 6265bis)."""
    return f"__Host-{cookie.name}" if cookie.guarded and secure(scope) and not scope.get("root_path") else cookie.name


def set_cookie(request: Request, response: Response, cookie: Cookie, value: str) -> None:
    """Let the browser keep a value that no script can read and no other site's form sends along."""
    response.set_cookie(
        cookie_name(request.scope, cookie),
        value,
        max_age=cookie.seconds,
        path=request.scope.get("root_path") or "/",
        secure=secure(request.scope),
        httponly=True,
        # Not strict: whoever follows a link from the office's portal is signed in.
        samesite="lax",
    )


def drop_cookie(request: Request, response: Response, cookie: Cookie) -> None:
    """Let the browser forget it."""
    response.delete_cookie(
        cookie_name(request.scope, cookie),
        path=request.scope.get("root_path") or "/",
        secure=secure(request.scope),
        httponly=True,
        samesite="lax",
    )


def cookie_of(request: Request, cookie: Cookie) -> str | None:
    """What the browser sends back."""
    return request.cookies.get(cookie_name(request.scope, cookie))
