"""Opening a file in a process of its own, with limits of time and memory, without this process's secrets.

One process opens one file, so nothing of a file is left for the next. Starting Python and loading the libraries takes
longer than reading most files: one process is always started ahead and waits. It costs some 40 MB of memory, ends
with this process, and is replaced when it is used.

What comes back is JSON of a known shape, and checked: whoever takes over the other process gains no more than a
wrong text.
"""

import atexit
import contextlib
import fcntl
import json
import logging
import os
import selectors
import signal
import subprocess
import sys
import sysconfig
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from app.documents.sources import errors
from app.documents.sources.limits import MEBIBYTE, Limits
from app.documents.sources.wire import unpacked
from app.documents.tables.grid import MOST_MERGED
from app.documents.values import Cell, DocumentError, Doubt, Format, Mark, Source, Span

# Bytes of an answer: the text three bytes a character, and as much again many times for its marks.
_MOST_ANSWER = 64 * MEBIBYTE
_PIPE = MEBIBYTE  # bytes that a pipe may hold; what Linux allows everybody, instead of 64 KiB
_CHUNK = MEBIBYTE  # bytes at a time
# Nothing of the environment is handed on; but a Python with its library at a place of its own must find that to start.
_LIBRARY = sysconfig.get_config_var("LIBDIR") if sysconfig.get_config_var("Py_ENABLE_SHARED") else None
_ENVIRONMENT = {"LD_LIBRARY_PATH": str(_LIBRARY)} if _LIBRARY else {}
_BOOT = "import json, sys; sys.path[:] = json.loads(sys.argv[1]); from app.documents.sources.child import main; main()"

log = logging.getLogger(__name__)


def open_isolated(form: Format, data: bytes, limits: Limits) -> Source:
    """Open a file of this format in a separate process. Safe to call from any thread.

    Raises DocumentError: `too_slow`, `too_large` (memory or answer), `damaged`, `busy`, and what the opener raises.
    """
    with _POOL.process(limits) as process:
        # The clock starts here: a process that is not ready yet takes a part of the file's time.
        answer = _exchange(process, _request(form, limits), data, limits.seconds)
        if not answer.strip():
            raise _broken(_status(process), form, limits)
    return _source(form, answer)


def prepare(seconds: float) -> bool:
    """Start the next process ahead and wait until it is ready; whether it is, in that time."""
    _POOL.prepare()
    process = _POOL.waiting
    if process is None or process.stdout is None:
        return False
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        return bool(selector.select(seconds))


def close() -> None:
    """End the process that waits; the next file starts one."""
    _POOL.close()
    _POOL.closed = False


def _request(form: Format, limits: Limits) -> bytes:
    return json.dumps({"format": form, "limits": asdict(limits)}).encode() + b"\n"


class _Pool:
    """The processes at work, counted, and the one that waits."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Begin anew, in a process that was forked from the one which owned the processes."""
        self.pid = os.getpid()
        self.free = threading.Condition()
        self.at_work = 0
        self.waiting: subprocess.Popen[bytes] | None = None
        self.closed = False

    @contextlib.contextmanager
    def process(self, limits: Limits) -> Iterator[subprocess.Popen[bytes]]:
        """A fresh process for one file, ended afterwards with whatever it started."""
        with self.free:
            if not self.free.wait_for(lambda: self.at_work < limits.processes, timeout=limits.seconds):
                raise errors.busy()
            self.at_work += 1
            process, self.waiting = self.waiting, None
        try:
            if process is None or process.poll() is not None:
                process = _started()
            try:
                yield process
            finally:
                _kill(process)
                # What takes longer is nothing that the caller has to wait for.
                threading.Thread(target=self._follow, args=(process,), name="luoshi-reading").start()
        finally:
            with self.free:
                self.at_work -= 1
                self.free.notify()

    def _follow(self, process: subprocess.Popen[bytes]) -> None:
        """See a process off, and start the next one ahead."""
        _bury(process)
        self.prepare()

    def prepare(self) -> None:
        """Start the next process ahead, unless one waits already."""
        with self.free:
            if self.waiting is None and not self.closed:
                with contextlib.suppress(OSError):  # the next file will tell
                    self.waiting = _start()

    def close(self) -> None:
        """End the process that waits, with this process."""
        with self.free:
            self.closed = True
            process, self.waiting = self.waiting, None
        if process is not None and self.pid == os.getpid():
            _kill(process)
            _bury(process)


_POOL = _Pool()
atexit.register(_POOL.close)
os.register_at_fork(after_in_child=_POOL.forget)


def _started() -> subprocess.Popen[bytes]:
    try:
        return _start()
    except OSError as error:  # no memory or no process number left
        raise errors.busy() from error


def _start() -> subprocess.Popen[bytes]:
    root = str(Path(__file__).resolve().parents[3])
    path = [root, *(str(Path(entry).resolve()) for entry in sys.path if entry)]
    process = subprocess.Popen(  # noqa: S603  this very Python, with arguments of our own
        # -I, -S: nothing but this path decides what is loaded, neither the environment nor the working folder.
        [sys.executable, "-I", "-S", "-c", _BOOT, json.dumps(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd="/",
        env=_ENVIRONMENT,
        start_new_session=True,  # a group of its own, so that all of it can be ended; no Ctrl-C from the terminal
    )
    for pipe in (process.stdin, process.stdout):
        # A pipe that holds a usual file whole saves waiting for each other; the system may refuse it.
        with contextlib.suppress(OSError):
            fcntl.fcntl(_open(pipe), fcntl.F_SETPIPE_SZ, _PIPE)
    return process


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End a process and all that it started."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


def _bury(process: subprocess.Popen[bytes]) -> None:
    """Wait for a killed process's end and close its pipes."""
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with contextlib.suppress(OSError):
                pipe.close()


def _exchange(process: subprocess.Popen[bytes], head: bytes, data: bytes, seconds: float) -> bytes:
    """Hand the file over and take the answer, both at once, until the other side closes or time is up."""
    deadline = time.monotonic() + seconds
    given, taken = _open(process.stdin), _open(process.stdout)
    rest = [memoryview(head), memoryview(data)]
    answer = bytearray()
    with selectors.DefaultSelector() as selector:
        for pipe, event in ((given, selectors.EVENT_WRITE), (taken, selectors.EVENT_READ)):
            os.set_blocking(pipe.fileno(), False)
            selector.register(pipe, event)
        while True:
            ready = selector.select(max(0.0, deadline - time.monotonic()))
            if not ready and time.monotonic() >= deadline:
                raise errors.too_slow(seconds)
            for key, _ in ready:
                if key.fileobj is given:
                    if not _write(key.fd, rest):
                        selector.unregister(given)
                        given.close()
                elif chunk := os.read(key.fd, _CHUNK):
                    answer += chunk
                    if len(answer) > _MOST_ANSWER:
                        raise errors.too_large("读出的内容过多", "there is too much in it")
                else:
                    return bytes(answer)


def _open(pipe: IO[bytes] | None) -> IO[bytes]:
    """One of the process's pipes, which are all there."""
    if pipe is None:
        raise ValueError("no pipe")
    return pipe


def _write(descriptor: int, rest: list[memoryview]) -> bool:
    """Write some of what is left to write; whether anything is left then."""
    while rest and not rest[0]:
        rest.pop(0)
    if not rest:
        return False
    try:
        rest[0] = rest[0][os.write(descriptor, rest[0][:_CHUNK]) :]
    except BlockingIOError:
        return True
    except BrokenPipeError:  # it has read what it wanted: its answer says the rest
        return False
    return True


def _status(process: subprocess.Popen[bytes]) -> int:
    """How it ended; 0 where it has closed its output and lives on."""
    try:
        return process.wait(timeout=1)
    except subprocess.TimeoutExpired:
        return 0


def _broken(status: int, form: Format, limits: Limits) -> DocumentError:
    """The process ended without an answer."""
    log.warning("opening a %s file ended without an answer, status %d", form, status)
    if status == -signal.SIGXCPU:
        return errors.too_slow(limits.seconds)
    # SIGKILL, and not by us: the system was out of memory. SIGABRT: so a C library ends where it gets none.
    if status in (-signal.SIGKILL, -signal.SIGABRT):
        return errors.too_much_memory()
    return errors.damaged(form.value.upper())


def _source(form: Format, answer: bytes) -> Source:
    """The answer as a value; what is not of its shape is taken for a damaged file."""
    try:
        said = json.loads(answer.decode("utf-8", "surrogatepass"))
        if "error" not in said:
            return _checked(form, said["source"])
        kind, zh, en = (str(part) for part in said["error"])
        trace = said.get("traceback")
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise errors.damaged(form.value.upper()) from error
    if trace:
        log.warning("a %s file could not be opened: %s", form, trace)
    raise DocumentError(kind, zh, en)


def _checked(form: Format, said: Any) -> Source:  # noqa: ANN401  whatever JSON holds
    source = unpacked(Source, said)
    most = len(source.text)
    if source.format is not form:
        raise ValueError("another format")
    cells = [cell for sheet in source.sheets for cell in sheet.cells]
    tasks = [task for sheet in source.sheets for task in sheet.tasks or ()]
    if any(min(cell.row, cell.column) < 0 or min(cell.rows, cell.columns) < 1 for cell in cells):
        raise ValueError("no cell")
    if sum(cell.rows * cell.columns for cell in cells) > MOST_MERGED:
        raise ValueError("too many cells are merged")
    placed: tuple[Mark | Doubt | Cell | Span, ...] = (*source.marks, *source.doubts, *cells, *tasks)
    if any(not 0 <= place.start <= place.end <= most for place in placed):
        raise ValueError("no place in the text")
    return source
