"""The identity provider that the settings name, put together: who holds a token, and signing in there."""

from pathlib import Path

import structlog

from app.auth import Kind, Principal
from app.errors import BadCredentials, Forbidden, ProviderAway
from app.models import SignedInBy
from app.oidc import BadTokenError, Claims, Flow, KeySet, ProviderAwayError, Started, Tokens
from app.services.sessions import Identity
from app.settings import Settings

log = structlog.get_logger("app.access")


class Provider:
    """Vouches for people. Nothing is asked of it before the first of them comes."""

    def __init__(self, settings: Settings, flow: Flow) -> None:
        self.flow = flow
        self.claims = Claims.of(settings.oidc_role_claim, settings.oidc_adcode_claim, settings.oidc_roles)
        keys = KeySet.of_file(settings.oidc_jwks_file) if settings.oidc_jwks_file else KeySet(flow.jwks)
        audience = [settings.oidc_audience or settings.oidc_client_id]
        self.tokens = Tokens(keys, settings.oidc_issuer, audience, settings.oidc_clock_skew)
        # The ID token of the pages' own sign-in is for this client, whatever the API's audience is called.
        self.id_tokens = Tokens(keys, settings.oidc_issuer, [settings.oidc_client_id], settings.oidc_clock_skew)

    @classmethod
    def of(cls, settings: Settings) -> "Provider | None":
        """The one that the settings name; None if they name none."""
        if not settings.oidc_issuer:
            return None
        file = settings.oidc_client_secret_file
        secret = settings.oidc_client_secret or (Path(file).read_text(encoding="utf-8").strip() if file else "")
        return cls(settings, Flow(settings.oidc_issuer, settings.oidc_client_id, secret, settings.oidc_ca_file))

    def principal(self, token: str) -> Principal:
        """Who holds a token; raises BadCredentials, ProviderAway, or Forbidden if he has no role here."""
        who = self._identity(self.tokens, token)
        return Principal(who.subject, who.role, who.adcode, Kind.TOKEN)

    def start(self, back: str) -> tuple[Started, str]:
        """Begin a sign-in that comes back to `back`; also where it goes. Raises ProviderAway."""
        started = Started.new()
        try:
            return started, self.flow.address(started, back)
        except ProviderAwayError as error:
            raise _away(error) from error

    def finish(self, started: Started, code: str, back: str) -> Identity:
        """Who came back with this code; raises as `principal` does."""
        try:
            token = self.flow.id_token(started, code, back)
        except ProviderAwayError as error:
            raise _away(error) from error
        return self._identity(self.id_tokens, token, started.nonce)

    def _identity(self, tokens: Tokens, token: str, nonce: str | None = None) -> Identity:
        try:
            person = self.claims.person(tokens.verify(token, nonce=nonce))
        except BadTokenError as error:
            log.warning("token_refused", reason=str(error))
            raise BadCredentials from error
        except ProviderAwayError as error:
            raise _away(error) from error
        if person.role is None:
            raise Forbidden.no_role(person.subject)
        return Identity(person.subject, person.role, person.adcode, SignedInBy.PROVIDER)


def _away(error: ProviderAwayError) -> ProviderAway:
    log.error("identity_provider_away", error=str(error))
    return ProviderAway()
