"""Doing a request once, however often it is sent: its answer is kept in the transaction that did it."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from pydantic import BaseModel
from sqlalchemy import delete
from sqlmodel import Session, col

from app.db import lock
from app.errors import KeyReused
from app.models import IdempotencyKey
from app.models.base import now

# Whoever sends a request again does so within minutes; a week also covers what waited over a holiday's start.
KEPT = timedelta(days=7)
Answer = TypeVar("Answer", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Claim:
    """A request under a key: whose, which operation, and a digest of what it asks for."""

    actor: str
    key: str
    operation: str
    digest: str


def claim(actor: str, key: str | None, operation: str, *asked: bytes | BaseModel) -> Claim | None:
    """The claim of a request; None where it came without a key."""
    if key is None:
        return None
    digest = hashlib.sha256()
    for part in asked:
        data = part if isinstance(part, bytes) else part.model_dump_json().encode()
        # Lengths between them, so that no two divisions of the same bytes look alike.
        digest.update(len(data).to_bytes(8, "big") + data)
    return Claim(actor, key, operation, digest.hexdigest())


def once(session: Session, wanted: Claim | None, kind: type[Answer], do: Callable[[], Answer]) -> Answer:
    """The answer of `do`, or the one that the same request got before, without doing anything.

    A request that failed has left nothing behind, and is done when it comes again. Raises KeyReused if the key came
    with another request.
    """
    if wanted is None:
        return do()
    # The second of two that come together waits here for the answer of the first.
    lock(session, f"idempotency:{wanted.actor}:{wanted.key}")
    held = session.get(IdempotencyKey, (wanted.actor, wanted.key))
    if held is not None and held.at > now() - KEPT:
        if (held.operation, held.digest) != (wanted.operation, wanted.digest):
            raise KeyReused(key=wanted.key)
        return kind.model_validate_json(held.answer)
    answer = do()
    session.execute(delete(IdempotencyKey).where(col(IdempotencyKey.at) <= now() - KEPT))
    session.add(
        IdempotencyKey(
            actor=wanted.actor,
            key=wanted.key,
            operation=wanted.operation,
            digest=wanted.digest,
            answer=answer.model_dump_json(),
            at=now(),
        )
    )
    return answer
