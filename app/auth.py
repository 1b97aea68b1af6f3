"""Who is calling and whether he may: what a route asks for. app.authentication finds out who it is, before any route."""

import getpass
import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from fastapi import Depends, Request

from app.errors import Forbidden, PlanNotFound, Unauthenticated
from app.permissions import PERMISSIONS, Reach, Role, reach_of, roles_for
from app.services.scope import EVERYTHING, Scope

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class Kind(StrEnum):
    """By what somebody was known."""

    KEY = "key"
    SESSION = "session"
    TOKEN = "token"  # noqa: S105 - a word
    TRIAL = "trial"


@dataclass(frozen=True, slots=True)
class Principal:
    """Somebody who is known. `role` is None for whoever reads in a trial without a key."""

    subject: str
    role: Role | None
    adcode: str | None
    kind: Kind
    csrf_token: str | None = None


# Whoever reads a trial on this machine.
READER = Principal("trial", None, None, Kind.TRIAL)


def is_loopback(host: str) -> bool:
    """Whether an address to listen on can be reached from this machine only.

    >>> is_loopback("127.0.0.1"), is_loopback("localhost"), is_loopback("0.0.0.0"), is_loopback("luoshi.example")
    (True, True, False, False)
    """
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def cli_actor() -> str:
    """The name under which the command acts: `cli:<os user>`."""
    try:
        return f"cli:{getpass.getuser()}"
    except (KeyError, OSError):
        # A container may run under a user id that has no name.
        return "cli:unknown"


def principal_of(request: Request) -> Principal:
    """Who is calling; raises Unauthenticated if nobody is known."""
    principal: Principal | None = getattr(request.state, "principal", None)
    if principal is None:
        raise Unauthenticated
    return principal


async def authorize(request: Request) -> None:
    """Let the caller do the operation that the request has come to, or not: what every route under /api/v1 depends on.

    Raises as `reach_within` does.
    """
    principal, operation = principal_of(request), request.scope["route"].name
    if principal.role is None and request.method not in SAFE_METHODS:
        raise Unauthenticated
    request.state.within = reach_within(principal, operation, request.path_params)


def reach_within(principal: Principal, operation: str, parameters: Mapping[str, object]) -> Scope:
    """How far somebody may go with an operation on what the parameters name.

    Raises Forbidden, or PlanNotFound where he must not learn that something is there. Who reads a trial without a key
    reads everything; that he only reads is for the caller to see to.
    """
    if principal.role is None:
        return EVERYTHING
    rule, reach = PERMISSIONS[operation], reach_of(operation, principal.role)
    if reach is Reach.NOWHERE:
        raise Forbidden.role(operation, principal.role, roles_for(operation))
    within = EVERYTHING if reach is Reach.ANYWHERE else Scope(principal.adcode)
    about = parameters.get(rule.about) if rule.about else None
    if reach is Reach.OWN and about is not None and not within.sees(str(about).partition("-")[0]):
        if rule.secret:
            raise PlanNotFound(plan=about).concealing()
        raise Forbidden.beyond(within.adcode, str(about))
    return within


def may(principal: Principal, operation: str) -> bool:
    """Whether somebody's role may do an operation somewhere."""
    return principal.role is not None and reach_of(operation, principal.role) is not Reach.NOWHERE


def check_role(principal: Principal, operation: str) -> None:
    """Raise Forbidden unless somebody's role may do an operation: for what a route's own line of the table leaves open."""
    if not may(principal, operation):
        raise Forbidden.role(operation, str(principal.role), roles_for(operation))


def _within(request: Request) -> Scope:
    scope: Scope = request.state.within
    return scope


def _actor(request: Request) -> str:
    return principal_of(request).subject


Caller = Annotated[Principal, Depends(principal_of)]
# Whose name a write is recorded under.
Actor = Annotated[str, Depends(_actor)]
# How far this operation reaches for the caller: what a service shows, or acts on, must lie in it.
Within = Annotated[Scope, Depends(_within)]
