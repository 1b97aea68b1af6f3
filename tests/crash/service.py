"""The service as its users have it: a process with an address, which can be killed."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx

from tests.factories import AUDIT_KEY

ROOT = Path(__file__).parents[2]
# A machine that is busy with other tests takes its time.
START_WITHIN = 60.0


class ServiceDiedError(AssertionError):
    """The service did not start by itself."""


class Service:
    """`luoshi serve` over one store, started as often as wanted; between the starts it is not there."""

    def __init__(self, database_url: str, log: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        self.log = log
        self._log = log.open("ab")
        environment = {
            **os.environ,
            "LUOSHI_DATABASE_URL": database_url,
            "LUOSHI_AUDIT_KEY": AUDIT_KEY,
            "LUOSHI_LOG_LEVEL": "WARNING",
            # Threads that a library starts when it is loaded would be missing in the forks.
            "OPENBLAS_NUM_THREADS": "1",
        }
        self._launcher = subprocess.Popen(
            [sys.executable, "-m", "tests.crash.launcher"],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
        )
        self._pid: int | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pid is not None:
            self.kill()
        self._launcher.communicate()
        self._log.close()

    def start(self, at: str = "commit", after: int = 1) -> None:
        """Start it, and come back at once; `after` so many of these steps (see launcher) from `arm` on it is killed."""
        self._pid = self._ask({"start": self.port, "at": at, "after": after})

    def arm(self) -> None:
        """Let it be killed at the step that was said when it was started."""
        if self._pid is not None:
            os.kill(self._pid, signal.SIGUSR1)

    def wait(self) -> float:
        """Wait until it answers; returns the seconds. Raises ServiceDiedError."""
        started = time.monotonic()
        while True:
            try:
                if httpx.get(f"{self.address}/readyz", timeout=5).status_code == 200:
                    return time.monotonic() - started
            except httpx.TransportError:
                pass
            if time.monotonic() - started > START_WITHIN:
                raise ServiceDiedError(self.log.read_text(encoding="utf-8", errors="replace")[-4000:])
            time.sleep(0.02)

    def kill(self) -> None:
        """SIGKILL: no handler runs, nothing is flushed, nothing is said. Raises ServiceDiedError if it ended otherwise."""
        if self._pid is None:
            raise ServiceDiedError("it was not started")
        pid, self._pid = self._pid, None
        os.kill(pid, signal.SIGKILL)
        if (status := self._ask({"reap": pid})) != -signal.SIGKILL:
            told = self.log.read_text(encoding="utf-8", errors="replace")[-4000:]
            raise ServiceDiedError(f"it had ended by itself with {status}:\n{told}")

    def _ask(self, what: dict[str, int | str]) -> int:
        if self._launcher.stdin is None or self._launcher.stdout is None:
            raise ServiceDiedError("the launcher has no pipes")
        self._launcher.stdin.write(json.dumps(what) + "\n")
        self._launcher.stdin.flush()
        answer = self._launcher.stdout.readline()
        if not answer:
            raise ServiceDiedError(self.log.read_text(encoding="utf-8", errors="replace")[-4000:])
        return int(answer)
