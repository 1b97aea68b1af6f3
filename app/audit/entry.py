"""What an entry says, before it has its place in the chain."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from pydantic import JsonValue, TypeAdapter

from app.audit.chain import canonical

# A plan's metadata or a batch's list of links fits; a document or a whole thesaurus does not, and is kept elsewhere.
MOST_CHARACTERS = 16_384
# What is shown of a value that is longer.
SHOWN_CHARACTERS = 2_000
# A name from an identity provider, or an item's id; PostgreSQL indexes no text of some thousand bytes.
MOST_NAME = 200
_CONTROL = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
_JSON: TypeAdapter[object] = TypeAdapter(object)


class Action(StrEnum):
    """What was done, as `kind of thing.deed`. docs/audit.md explains each."""

    JURISDICTION_CREATE = "jurisdiction.create"
    JURISDICTION_LOAD = "jurisdiction.load"
    PLAN_IMPORT = "plan.import"
    PLAN_EXPORT = "plan.export"
    PLAN_UPDATE = "plan.update"
    PLAN_WITHDRAW = "plan.withdraw"
    PLAN_RESTORE = "plan.restore"
    EDITION_CARRY = "edition.carry"
    CHANGE_DECIDE = "change.decide"
    PREVIEW_CREATE = "preview.create"
    PREVIEW_UPDATE = "preview.update"
    PREVIEW_DELETE = "preview.delete"
    PREVIEW_EXPIRE = "preview.expire"
    LINK_PROPOSE = "link.propose"
    LINK_CARRY = "link.carry"
    LINK_DECIDE = "link.decide"
    GAP_DECIDE = "gap.decide"
    GAP_REOPEN = "gap.reopen"
    CALIBRATION_START = "calibration.start"
    CALIBRATION_FINISH = "calibration.finish"
    CALIBRATION_UNDO = "calibration.undo"
    LINK_RUN_START = "link-run.start"
    LINK_RUN_PROPOSE = "link-run.propose"
    LINK_RUN_FINISH = "link-run.finish"
    OPINION_ANSWER = "opinion.answer"
    OPINION_EXPORT = "opinion.export"
    OPINION_IMPORT = "opinion.import"
    REPORT_EXPORT = "report.export"
    CASCADE_EXPORT = "cascade.export"
    THESAURUS_IMPORT = "thesaurus.import"
    THESAURUS_EXPORT = "thesaurus.export"
    THESAURUS_PUT_GROUP = "thesaurus.put-group"
    THESAURUS_DELETE_GROUP = "thesaurus.delete-group"
    KEY_CREATE = "key.create"
    KEY_ROTATE = "key.rotate"
    KEY_REVOKE = "key.revoke"
    SESSION_SIGN_IN = "session.sign-in"
    SESSION_SIGN_OUT = "session.sign-out"
    ACCESS_REFUSE = "access.refuse"
    AUDIT_EXPORT = "audit.export"
    AUDIT_PRUNE = "audit.prune"
    AUDIT_RESTART = "audit.restart"


class Outcome(StrEnum):
    """How it ended."""

    DONE = "done"
    UNCHANGED = "unchanged"  # what was asked for was there already
    REFUSED = "refused"  # the actor may not
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Subject:
    """What it was done to: a kind of thing, its id, and the jurisdiction it belongs to, where it belongs to one."""

    type: str
    id: str
    adcode: str | None = None


@dataclass(frozen=True, slots=True)
class Pending:
    """An entry on its way: its number, moment and place in the chain come when its transaction commits."""

    actor: str
    action: str
    outcome: str
    subject_type: str
    subject: str
    adcode: str | None
    client: str | None
    request_id: str | None
    before: JsonValue
    after: JsonValue


def plain(text: str) -> str:
    r"""A name as it is stored: nothing that a database or a line of a report cannot hold, and not too long.

    >>> plain("370000\x00")
    '370000\ufffd'
    """
    return _CONTROL.sub("\ufffd", text)[:MOST_NAME]


def bounded(value: Mapping[str, object] | None) -> JsonValue:
    """A value as JSON; one that is too long is replaced by its length, SHA-256 and beginning.

    Raises pydantic's PydanticSerializationError for what is no JSON, moment, enum or pydantic model.
    """
    if value is None:
        return None
    made: JsonValue = _JSON.dump_python(dict(value), mode="json")
    text = canonical(made)
    if len(text) <= MOST_CHARACTERS:
        return made
    digest = hashlib.sha256(text.encode()).hexdigest()
    return {"shortened": True, "characters": len(text), "sha256": digest, "start": text[:SHOWN_CHARACTERS]}


def moment(value: datetime) -> str:
    """A moment as it is stored: UTC, of a fixed width, so that its text sorts as time does.

    >>> from datetime import UTC
    >>> moment(datetime(2026, 11, 23, 8, tzinfo=UTC))
    '2026-11-23T08:00:00.000000Z'
    """
    if value.tzinfo is None:
        raise ValueError("a moment without its offset from UTC")
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
