"""The process in which files from outside are opened: one file, then it ends. `isolation.py` starts it and waits.

Once ready: a line end. In: one line of JSON (`format`, `limits`), then the file's bytes up to the end of the input. Out: one JSON
object, with `source` or `error`.
"""

import gc
import importlib
import json
import os
import resource
import sys
import traceback
from typing import Any

from app.documents.sources import errors
from app.documents.sources.formats import ISOLATED, opener
from app.documents.sources.limits import Limits
from app.documents.sources.wire import packed
from app.documents.values import DocumentError, Format

READY = b"\n"
_MOST_FILES = 64  # open at once: a library may still load a table of its own


def main() -> None:
    """Load the openers, wait for the file, answer."""
    gc.disable()  # one file, then this process ends: there is nothing to clean up for
    answers = os.dup(1)
    # A library that prints must not spoil the answer.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    for name in sorted(set(ISOLATED.values())):
        importlib.import_module(name)
    os.write(answers, READY)
    line = sys.stdin.buffer.readline()
    if not line:  # who started this process is gone, or needs it no more
        return
    request = json.loads(line)
    limits = Limits(**request["limits"])
    _confine(limits)
    answer = _answer(Format(request["format"]), limits)
    with os.fdopen(answers, "wb") as out:
        out.write(answer)


def _confine(limits: Limits) -> None:
    """Bound what this process may take from now on. It writes no file, starts no process, leaves no memory image."""
    seconds = int(limits.seconds) + 1  # of the processor; should nobody be left to watch the clock
    for what, most in (
        (resource.RLIMIT_AS, limits.memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_NOFILE, _MOST_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(what)[1]
        bound = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (bound, bound))


def _answer(form: Format, limits: Limits) -> bytes:
    try:
        return _encoded({"source": packed(opener(form)(sys.stdin.buffer.read(), limits))})
    except DocumentError as error:
        return _encoded(_refusal(error))
    except MemoryError:
        pass  # what fills the memory is let go of at the end of this block
    except Exception:  # noqa: BLE001  whatever a library raises over a broken file: the file cannot be read
        return _encoded({**_refusal(errors.damaged(form.value.upper())), "traceback": traceback.format_exc(limit=-8)})
    return _encoded(_refusal(errors.too_much_memory()))


def _encoded(answer: dict[str, Any]) -> bytes:
    return json.dumps(answer, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def _refusal(error: DocumentError) -> dict[str, Any]:
    return {"error": [error.kind, error.zh, error.en]}
