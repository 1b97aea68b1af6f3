"""People from the intranet's identity provider (OpenID Connect). Everything here waits until one is set.

The JWT library and its cryptography are imported when the first token comes: a machine without them runs all the rest.
"""

from app.oidc.claims import Claims
from app.oidc.flow import Flow, Started
from app.oidc.keys import KeySet, ProviderAwayError
from app.oidc.tokens import BadTokenError, Tokens

__all__ = ["BadTokenError", "Claims", "Flow", "KeySet", "ProviderAwayError", "Started", "Tokens"]
