"""What goes wrong, as a page in the look of the others."""

from fastapi import Request, Response
from fastapi.responses import RedirectResponse
from fastapi.routing import APIRoute

from app.auth import SAFE_METHODS
from app.console.look import HEADERS, address_of, bare
from app.console.visitor import chose_english
from app.errors import DomainError, Unauthenticated, problem
from app.permissions import PREFIX


class PageRoute(APIRoute):
    """A route that answers with a page, also where something goes wrong."""


def error_page(request: Request, error: DomainError) -> Response | None:
    """The page of an error; the way to the sign-in page for who has to sign in; None for who looks at no page."""
    if not _looks_at_pages(request):
        return None
    if isinstance(error, Unauthenticated) and request.method in SAFE_METHODS:
        onward = request.url.path.removeprefix(request.scope.get("root_path", ""))
        if request.url.query:
            onward = f"{onward}?{request.url.query}"
        to = address_of(request)("sign-in", next=None if onward == "/" else onward)
        return RedirectResponse(to, status_code=303, headers=HEADERS)
    told = problem(request, error, english=chose_english(request))
    page = bare(request, "error.html", status=told.status, problem=told)
    page.headers.update({name: value for name, value in error.headers.items() if name != "WWW-Authenticate"})
    return page


def _looks_at_pages(request: Request) -> bool:
    """Whether a browser opened this address, or a page's own; a page's script gets problem+json like everybody."""
    path = request.url.path.removeprefix(request.scope.get("root_path", ""))
    opened = "text/html" in request.headers.get("accept", "") and not path.startswith(f"{PREFIX}/")
    return opened or (isinstance(request.scope.get("route"), PageRoute) and request.method in SAFE_METHODS)
