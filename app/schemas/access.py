"""Access keys, and who is calling, as they go in and out."""

from datetime import datetime
from typing import Annotated

from pydantic import Field, StringConstraints

from app.permissions import Role
from app.schemas.common import Adcode, Closed, PlainText

# Ten years: whoever needs a key for longer replaces it in time.
MAX_KEY_DAYS = 3650
KeyNote = Annotated[PlainText, StringConstraints(max_length=200), Field(examples=["督查室报表系统"])]


class AccessKeyCreate(Closed):
    """A key to be made."""

    role: Role
    adcode: Adcode | None = Field(
        default=None, description="The jurisdiction it is for, with all below it; without one it is bound to none."
    )
    note: KeyNote | None = Field(default=None, description="What it is for.")
    days: int | None = Field(
        default=None, ge=1, le=MAX_KEY_DAYS, description="For how long; as LUOSHI_ACCESS_KEY_DAYS says if not given."
    )


class AccessKeyRotate(Closed):
    """How a key is replaced."""

    overlap_hours: int = Field(default=24, ge=0, le=24 * 90, description="For how long the old one works beside it.")


class AccessKeyRead(Closed):
    """A key without its secret, which is stored nowhere."""

    prefix: str = Field(examples=["5f0c2a91d4e7"])
    role: Role
    adcode: Adcode | None
    note: str | None
    created_by: str
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None = Field(description="Last use, to the hour.")
    revoked_at: datetime | None
    successor: str | None = Field(description="The key that was made to replace it.")


class AccessKeyMade(AccessKeyRead):
    """A new key, with its secret, this once."""

    key: str = Field(description="The key itself. It is shown this once and stored nowhere.")


class CallerRead(Closed):
    """Who is calling, and what he may do."""

    subject: str = Field(description="As the audit names him.", examples=["key:5f0c2a91d4e7"])
    role: Role | None = Field(description="Null for somebody without a key in a trial, who may only read.")
    adcode: Adcode | None = Field(description="His own jurisdiction; null: bound to none.")
    csrf_token: str | None = Field(
        description="In a browser session: what a page sends as `X-CSRF-Token` with every write."
    )
