"""The audit as it is shown."""

from datetime import datetime

from pydantic import AwareDatetime, Field, JsonValue

from app.audit.chain import Kind
from app.audit.entry import Outcome
from app.schemas.common import Closed


class AuditEntryRead(Closed):
    """One entry: who did what to what, when and from where."""

    number: int = Field(description="Counts on from 1, without a gap.", examples=[17])
    at: datetime
    actor: str = Field(examples=["cli:liwei"])
    action: str = Field(description="docs/audit.md explains each.", examples=["plan.import"])
    outcome: Outcome
    subject_type: str = Field(examples=["plan"])
    subject: str = Field(examples=["371300-edu-2020"])
    adcode: str | None = Field(description="The jurisdiction concerned, where there is one.", examples=["371300"])
    client: str | None = Field(description="Address that asked; outside of a request, the machine's name.")
    request_id: str | None = Field(description="As in the log and in `X-Request-ID`.")
    before: JsonValue
    after: JsonValue
    previous: str = Field(description="`mac` of the entry before; empty for the first.")
    mac: str = Field(description="HMAC-SHA256 of all the rest, hexadecimal.")


class AuditHeadRead(Closed):
    """How far the chain goes. `pruned + 1` to `count` are there. Kept elsewhere, it shows if the store was set back."""

    count: int = Field(description="Number of the last entry.")
    mac: str = Field(description="Code of the last entry.")
    pruned: int = Field(description="Number of the last entry that was pruned; 0 if none was.")
    pruned_mac: str = Field(description="Code of that entry.")
    at: str = Field(description="When the last entry was made; empty before the first.")
    key: str = Field(description="Fingerprint of the key.")
    signature: str = Field(description="HMAC-SHA256 of all the rest, hexadecimal; empty before the first entry.")


class AuditFinding(Closed):
    """One thing that is wrong: with the entries `first` to `last` (null: and all that follow), or with all of the audit."""

    kind: Kind
    first: int | None
    last: int | None
    detail: str


class VerificationRead(Closed):
    """What verifying found. `problems` holds the first ones, in order; `more` says how many are not shown."""

    ok: bool
    count: int | None = Field(
        description="Number of the last entry after the head; null if the head cannot be trusted."
    )
    pruned: int | None
    checked: int = Field(description="Entries that were read.")
    problems: list[AuditFinding]
    more: int


class PruneRead(Closed):
    """What pruning removed: entries `first` to `last`; both null if there were none that old."""

    first: int | None
    last: int | None


class AuditFilter(Closed):
    """Which entries: all conditions hold; `since` is included, `until` is not."""

    actor: str | None = None
    action: str | None = None
    subject: str | None = None
    adcode: str | None = None
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None
