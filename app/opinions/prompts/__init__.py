"""The prompts: one folder a version. A version that was ever asked with is never edited; a better one is a new folder."""

import hashlib
import json
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from typing import Any

VERSION = "zh-1"
"""The version that questions are asked with."""


@dataclass(frozen=True)
class Prompt:
    """A version: what the reader is told once, the frame of each question, and the form of the answer."""

    version: str
    system: str
    question: str
    schema: dict[str, Any]

    @cached_property
    def digest(self) -> str:
        """SHA-256 of all three, hexadecimal."""
        text = "\0".join([self.system, self.question, json.dumps(self.schema, sort_keys=True)])
        return hashlib.sha256(text.encode()).hexdigest()


@cache
def prompt(version: str = VERSION) -> Prompt:
    """The prompt of a version; raises FileNotFoundError for one that there never was."""
    folder = files(__name__) / version
    system, question, schema = (
        (folder / name).read_text(encoding="utf-8") for name in ("system.md", "question.md", "answer.schema.json")
    )
    return Prompt(version, system.strip(), question.strip(), json.loads(schema))
