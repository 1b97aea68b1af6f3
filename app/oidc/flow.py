"""Signing in at the provider: the authorization code flow with PKCE (RFC 6749, 4.1; RFC 7636), state and nonce."""

import base64
import hashlib
import hmac
import secrets
import ssl
from dataclasses import dataclass, field
from threading import Lock
from typing import Any
from urllib.parse import urlencode

import httpx

from app.oidc.keys import ProviderAwayError

# A provider in the same intranet; nobody waits longer for a page.
TIMEOUT = 10.0
# Discovery documents and key sets have some kilobytes.
LONGEST_ANSWER = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Started:
    """A sign-in on its way: what the browser must come back with. `cookie` is the browser's alone."""

    state: str
    nonce: str
    verifier: str

    @classmethod
    def new(cls) -> "Started":
        return cls(secrets.token_urlsafe(24), secrets.token_urlsafe(24), secrets.token_urlsafe(48))

    @property
    def cookie(self) -> str:
        return f"{self.state}.{self.nonce}.{self.verifier}"

    @classmethod
    def of_cookie(cls, cookie: str | None, state: str) -> "Started | None":
        """What this browser began, if that is what it comes back from."""
        parts = (cookie or "").split(".")
        if len(parts) != 3 or not hmac.compare_digest(parts[0].encode(), state.encode()):
            return None
        return cls(*parts)

    @property
    def challenge(self) -> str:
        """The verifier's SHA-256, in base64url without padding (RFC 7636, 4.2)."""
        return base64.urlsafe_b64encode(hashlib.sha256(self.verifier.encode()).digest()).decode().rstrip("=")


@dataclass
class Flow:
    """What is asked of the provider. `transport` is for tests; `ca_file` holds an intranet's own authority."""

    issuer: str
    client_id: str
    client_secret: str = field(default="", repr=False)
    ca_file: str = ""
    transport: httpx.BaseTransport | None = None
    _discovered: dict[str, Any] | None = None
    _lock: Lock = field(default_factory=Lock)

    def discover(self) -> dict[str, Any]:
        """The provider's own description (OpenID Connect Discovery, 4); raises ProviderAwayError."""
        with self._lock:
            if self._discovered is None:
                found = self._json("GET", f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
                if found.get("issuer") != self.issuer:
                    raise ProviderAwayError(f"the issuer calls itself {found.get('issuer')!r}, not {self.issuer!r}")
                self._discovered = found
            return self._discovered

    def jwks(self) -> dict[str, Any]:
        """The provider's public keys; raises ProviderAwayError."""
        return self._json("GET", self._address("jwks_uri"))

    def address(self, started: Started, back: str) -> str:
        """Where the browser signs in; it comes back to `back`. Raises ProviderAwayError."""
        query = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": back,
            "scope": "openid profile",
            "state": started.state,
            "nonce": started.nonce,
            "code_challenge": started.challenge,
            "code_challenge_method": "S256",
        }
        base = self._address("authorization_endpoint")
        return f"{base}{'&' if '?' in base else '?'}{urlencode(query)}"

    def id_token(self, started: Started, code: str, back: str) -> str:
        """The ID token for the code that the browser came back with; raises ProviderAwayError."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": back,
            "client_id": self.client_id,
            "code_verifier": started.verifier,
        }
        secret = (self.client_id, self.client_secret) if self.client_secret else None
        token = self._json("POST", self._address("token_endpoint"), form, secret).get("id_token")
        if not isinstance(token, str):
            raise ProviderAwayError("the provider gave no ID token")
        return token

    def _address(self, name: str) -> str:
        address = self.discover().get(name)
        if not isinstance(address, str) or not address.startswith(("https://", "http://")):
            raise ProviderAwayError(f"the provider names no {name}")
        return address

    def _json(
        self, method: str, address: str, form: dict[str, str] | None = None, secret: tuple[str, str] | None = None
    ) -> dict[str, Any]:
        verify = ssl.create_default_context(cafile=self.ca_file or None)
        try:
            with httpx.Client(timeout=TIMEOUT, verify=verify, transport=self.transport) as client:
                answer = client.request(method, address, data=form, auth=secret, headers={"Accept": "application/json"})
                answer.raise_for_status()
                found = answer.json() if len(answer.content) <= LONGEST_ANSWER else None
        except (httpx.HTTPError, ValueError) as error:
            raise ProviderAwayError(f"{address}: {error}") from error
        if not isinstance(found, dict):
            raise ProviderAwayError(f"{address}: no JSON object")
        return found
