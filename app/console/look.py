"""How every page looks and leaves: the templates, what stands on all of them, and the headers that guard them."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from app.auth import Principal
from app.console.assets import asset
from app.console.navigation import NAVIGATION
from app.console.text import marked, seen
from app.console.visitor import Visitor, chose_english
from app.console.words import Words

# Nothing but this service's own files; no inline script, no inline style. A page in a frame could be clicked through.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    # Other sites learn nothing. With no-referrer a form over plain HTTP would leave with `Origin: null` (Fetch, 3.2.5),
    # and nobody could sign in.
    "Referrer-Policy": "same-origin",
    # What is undecided stays on no disk (GB/T 22239, 8.1.4.10).
    "Cache-Control": "no-store",
    "Vary": "Cookie",
}

_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    # On every expression, so that no text from outside can be forgotten.
    finalize=seen,
    trim_blocks=True,
    lstrip_blocks=True,
)
_TEMPLATES.filters["marked"] = marked


@dataclass(frozen=True, slots=True)
class Address:
    """Addresses of this service, behind whatever prefix the proxy has.

    `as_of`: the past day that is looked at; whatever can be seen as of a day leads to what stood then.
    """

    root: str
    as_of: str = ""

    def __call__(self, *parts: object, at: object = "", **query: object) -> str:
        """The path made of these parts, percent-encoded; what of the query is None or empty is left out."""
        if self.as_of and (parts[:1] == ("cascades",) or parts[:3] in {("api", "v1", "plans"), ("api", "v1", "links")}):
            query = {"as_of": self.as_of} | query
        path = "/".join(quote(str(part), safe="") for part in parts)
        given = {name: str(value) for name, value in query.items() if value is not None and value != ""}
        asked = f"?{urlencode(given)}" if given else ""
        return f"{self.root}/{path}{asked}{'#' + quote(str(at)) if at else ''}"

    def api(self, *parts: object, **query: object) -> str:
        """The same under the public API."""
        return self("api", "v1", *parts, **query)

    def files(self, *parts: object, formats: str = "json csv xlsx", **query: object) -> list[tuple[str, str]]:
        """(format, address) of an answer of the public API in each of the formats it comes in."""
        return [(form, self.api(*parts, format=form, **query)) for form in formats.split()]

    def asset(self, name: str) -> str:
        """A file of static/."""
        return f"{self.root}{asset(name)}"


def address_of(request: Request) -> Address:
    """Makes addresses as the caller of this request needs them."""
    return Address(request.scope.get("root_path", ""))


def render(visitor: Visitor, template: str, *, status: int = 200, **context: Any) -> HTMLResponse:  # noqa: ANN401
    """A page for somebody who may look at it. `context` is what the template names."""
    shown = [entry for entry in NAVIGATION if visitor.may(entry.operation)]
    return bare(visitor.request, template, who=visitor.principal, navigation=shown, status=status, **context)


def bare(
    request: Request,
    template: str,
    *,
    who: Principal | None = None,
    status: int = 200,
    **context: Any,  # noqa: ANN401
) -> HTMLResponse:
    """A page for whoever comes by: signing in, an error."""
    english = chose_english(request)
    given = {
        "w": Words(english=english),
        "english": english,
        "address": replace(address_of(request), as_of=context.get("as_of", "")),
        "here": request.url.path.removeprefix(request.scope.get("root_path", "")) + _query(request),
        "who": who,
        "navigation": [],
    }
    text = _TEMPLATES.get_template(template).render(given | context)
    return HTMLResponse(text, status_code=status, headers=HEADERS)


def _query(request: Request) -> str:
    return f"?{request.url.query}" if request.url.query else ""
