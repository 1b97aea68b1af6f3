"""The key that signs the audit: from the settings, or from a file that is made once, for the first entry."""

import os
import secrets
import tempfile
from pathlib import Path

from app.errors import AuditKeyMissing, BadAuditKey
from app.settings import MIN_AUDIT_KEY, Settings


class AuditKey:
    """One store's key, read when it is first needed.

    Args:
        settings: `audit_key`, or `audit_key_file`, may name it.
        beside: where the file is if neither does.

    """

    def __init__(self, settings: Settings, beside: Path) -> None:
        self._given = settings.audit_key
        self.file = Path(settings.audit_key_file) if settings.audit_key_file else beside
        self._read: bytes | None = None

    def load(self) -> bytes:
        """The key; raises AuditKeyMissing where there is none, BadAuditKey where it is too short."""
        if self._read is None:
            self._read = self._given.encode() or self._from_file()
        return self._read

    def load_or_make(self) -> bytes:
        """The key, made now if the file is not there: 256 random bits, readable by its owner only.

        Only for a chain that has no entry yet, and by one process at a time, which the caller's lock sees to.
        """
        if not self._given and not self.file.exists():
            _make(self.file)
        return self.load()

    def _from_file(self) -> bytes:
        try:
            key = self.file.read_bytes().strip()
        except FileNotFoundError as error:
            raise AuditKeyMissing(file=self.file) from error
        if len(key) < MIN_AUDIT_KEY:
            raise BadAuditKey(file=self.file, least=MIN_AUDIT_KEY)
        return key


def _make(file: Path) -> None:
    # mkstemp makes it for its owner only; under its own name it is there whole or not at all.
    handle, name = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as out:
            out.write(f"{secrets.token_hex(32)}\n")
            out.flush()
            os.fsync(out.fileno())
        Path(name).replace(file)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
