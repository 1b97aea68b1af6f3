"""Who looks at a page, in which language, and what he may see there: the same rules as those of the API."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from app.auth import READER, Principal, reach_within
from app.authentication import Authenticator
from app.cookies import SESSION, cookie_of
from app.errors import LANGUAGE, Forbidden, Unauthenticated
from app.permissions import Reach, reach_of
from app.services.audit import Subject
from app.services.scope import Scope


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who may look at pages. `english`: he chose English; Chinese is what everybody else gets."""

    principal: Principal
    english: bool
    request: Request

    def may(self, operation: str) -> bool:
        """Whether his role lets him do an operation of the API somewhere; reading, for who reads a trial."""
        role = self.principal.role
        if role is None:
            return operation.startswith(("read_", "list_", "search_"))
        return reach_of(operation, role) is not Reach.NOWHERE

    def reaches(self, operation: str, adcode: str) -> bool:
        """Whether he may do an operation for a jurisdiction; who reads a trial changes nothing."""
        return self.may(operation) and Scope(self.principal.adcode).sees(adcode)

    def within(self, operation: str, **parameters: object) -> Scope:
        """How far he may go with the operation whose answer a page shows; a refusal is recorded.

        Raises Forbidden, or PlanNotFound where he must not learn that something is there.
        """
        try:
            return reach_within(self.principal, operation, parameters)
        except Forbidden:
            address = Subject("address", f"{self.request.method} {self.request.url.path}")
            who = self.principal
            doorkeeper(self.request).record_refusal(who.subject, address, {"role": who.role})
            raise


def doorkeeper(request: Request) -> Authenticator:
    """Who knows people by their sessions."""
    made: Authenticator = request.app.state.authenticator
    return made


def chose_english(request: Request) -> bool:
    """Whether English was chosen on a page. Chinese comes first there, whatever the browser itself speaks."""
    return request.cookies.get(LANGUAGE) == "en"


def signed_in(request: Request) -> Principal | None:
    """Whoever has a session."""
    return doorkeeper(request).signed_in(cookie_of(request, SESSION))


def _visitor(request: Request, principal: Annotated[Principal | None, Depends(signed_in)]) -> Visitor:
    if principal is None and request.app.state.trial is not None:
        principal = READER
    if principal is None:
        # The answer is the way to the sign-in page (app.console.errors).
        raise Unauthenticated
    return Visitor(principal, chose_english(request), request)


SignedIn = Annotated[Principal | None, Depends(signed_in)]
Looking = Annotated[Visitor, Depends(_visitor)]
