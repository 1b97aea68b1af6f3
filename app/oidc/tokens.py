"""Verifying the provider's tokens (JWT, RFC 7519; the checks of RFC 8725)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.oidc.keys import KeySet

# Signatures with a key pair only: `none` has no signature, and HS256 would take a public key for a shared secret.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
# A token in a header; providers that put every group into it stay below.
LONGEST = 16_384


class BadTokenError(Exception):
    """A token that does not hold; the message is for the log."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """How tokens are verified: by whose keys, from whom and for whom, with what difference of clocks (seconds)."""

    keys: KeySet
    issuer: str
    audience: Sequence[str]
    skew: int

    def verify(self, token: str, *, nonce: str | None = None) -> dict[str, Any]:
        """The claims of a token that holds; raises BadTokenError or ProviderAwayError."""
        import jwt  # noqa: PLC0415 - see the package

        if len(token) > LONGEST:
            raise BadTokenError("too long")
        try:
            header = jwt.get_unverified_header(token)
            algorithm = header.get("alg")
            if algorithm not in ALGORITHMS:
                raise BadTokenError(f"algorithm {algorithm!r}")
            key_id = header.get("kid")
            key = self.keys.find(key_id if isinstance(key_id, str) else None)
            if key is None or key.algorithm not in (None, algorithm):
                raise BadTokenError("no such key")
            claims: dict[str, Any] = jwt.decode(
                token,
                key.key,
                algorithms=[algorithm],
                issuer=self.issuer,
                audience=list(self.audience),
                leeway=self.skew,
                options={"require": ["exp", "iss", "aud", "sub"]},
            )
        except (jwt.PyJWTError, ValueError, TypeError) as error:
            raise BadTokenError(f"{type(error).__name__}: {error}") from error
        if nonce is not None and claims.get("nonce") != nonce:
            raise BadTokenError("another nonce")
        return claims
