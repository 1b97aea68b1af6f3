"""What a token's claims mean here: who it is, his role, and his jurisdiction."""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.permissions import Role

_ADCODE = re.compile(r"[1-9]\d{5}", re.ASCII)
# What the store keeps of a name; a provider's subject may have 255 characters (OpenID Connect Core, 2).
_LONGEST = 90
# Roles that mean nothing without a jurisdiction.
_NEEDS_ADCODE = frozenset({Role.CITY_EDITOR})


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody whom the provider vouches for; without a role he may do nothing here."""

    subject: str
    role: Role | None
    adcode: str | None


@dataclass(frozen=True, slots=True)
class Claims:
    """Which claims say the role and the jurisdiction, and what the provider's roles are called here.

    >>> claims = Claims("realm_access.roles", "adcode", {"督查室": Role.REVIEWER})
    >>> claims.person({"sub": "li", "realm_access": {"roles": ["x", "督查室"]}, "adcode": 370000})
    Person(subject='oidc:li', role=<Role.REVIEWER: 'reviewer'>, adcode='370000')
    """

    role: str
    adcode: str
    names: Mapping[str, Role]

    @classmethod
    def of(cls, role: str, adcode: str, names: str) -> "Claims":
        """From settings; `names` is a JSON object, empty for the roles' own words. Raises ValueError."""
        given = json.loads(names) if names else {role: role for role in reversed(Role)}
        if not isinstance(given, dict):
            raise ValueError("not a JSON object")  # noqa: TRY004 - settings report ValueErrors
        return cls(role, adcode, {str(name): Role(value) for name, value in given.items()})

    def person(self, claims: Mapping[str, Any]) -> Person:
        """Who a verified token's claims say it is.

        Of several roles the first in the order of the setting counts; without one, the last in `Role`'s. A jurisdiction that is no
        code, and a role that cannot do without one, give no role at all: what is in doubt is not allowed.
        """
        subject = str(claims["sub"])
        if len(subject) > _LONGEST or not subject.isprintable():
            subject = f"sha256:{hashlib.sha256(subject.encode()).hexdigest()}"
        said = _at(claims, self.role)
        held = {said} if isinstance(said, str) else {str(one) for one in said} if isinstance(said, Sequence) else set()
        role = next((role for name, role in self.names.items() if name in held), None)
        place = _at(claims, self.adcode)
        adcode = None if place in (None, "") else str(place)
        if (adcode is not None and not _ADCODE.fullmatch(adcode)) or (adcode is None and role in _NEEDS_ADCODE):
            role = None
        return Person(f"oidc:{subject}", role, adcode)


def _at(claims: Mapping[str, Any], path: str) -> Any:  # noqa: ANN401 - any JSON
    """The value at a path such as `realm_access.roles`; a claim whose own name has dots is found first."""
    if path in claims:
        return claims[path]
    value: Any = claims
    for name in path.split("."):
        if not isinstance(value, Mapping) or name not in value:
            return None
        value = value[name]
    return value
