"""The audit: who did what, when, from where; each entry chained to the one before. docs/audit.md says what that proves.

`chain` is pure: bytes, codes and what is wrong with them. `key` keeps the secret, `origin` knows where a request came
from, `journal` appends a transaction's entries to the chain. Services call `app.services.audit`, nothing here.
"""

from app.audit.entry import Action, Outcome, Subject

__all__ = ["Action", "Outcome", "Subject"]
