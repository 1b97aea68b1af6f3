"""Runs `luoshi serve` again and again in forks of one process that has everything loaded, which spares each its start.

Reads one JSON object a line, `{"start": port, "at": step, "after": n}` or `{"reap": pid}`, and answers each with a line: the process's
id, or its exit status. It must have no threads of its own: a fork takes only the one that calls it.
"""

import json
import os
import signal
import sys
import traceback
from itertools import count

from sqlalchemy import Connection, Engine, Pool, event
from sqlalchemy.pool import ConnectionPoolEntry

from app import cli


def _dies(at: str, after: int) -> None:
    """From SIGUSR1 on, be killed at so many steps of writing: at a `statement`, before a `commit`, or right `after` one.

    Moments in time fall mostly between two requests; these fall into the middle of what must not be halved.
    """
    taken = count(1)
    armed: list[bool] = []

    def step() -> None:
        if armed and next(taken) >= after:
            os.kill(os.getpid(), signal.SIGKILL)

    def statement(_connection: object, _cursor: object, text: str, *_: object) -> None:
        if text.startswith(("INSERT", "UPDATE", "DELETE")):
            step()

    def commit(connection: Connection) -> None:
        if at == "commit":
            step()
        else:
            connection.info["committed"] = True

    def checkin(_connection: object, record: ConnectionPoolEntry) -> None:
        if record.info.pop("committed", False):
            step()

    if at == "statement":
        event.listen(Engine, "before_cursor_execute", statement)
    else:
        event.listen(Engine, "commit", commit)
        event.listen(Pool, "checkin", checkin)
    signal.signal(signal.SIGUSR1, lambda *_: armed.append(True))


def _serve(port: int, at: str, after: int) -> None:
    sys.argv = ["luoshi", "serve", "--port", str(port)]
    # What it says goes where its log goes; stdin and stdout belong to whoever started it.
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    _dies(at, after)
    try:
        cli.main()
    except SystemExit as end:
        os._exit(int(end.code or 0))
    except BaseException:  # noqa: BLE001 - a fork must never return into its parent's code
        traceback.print_exc()
    os._exit(70)


def main() -> None:
    """Serve until stdin ends."""
    for line in sys.stdin:
        asked = json.loads(line)
        if "start" in asked:
            answer = os.fork()
            if answer == 0:
                _serve(asked["start"], asked["at"], asked["after"])
        else:
            answer = os.waitstatus_to_exitcode(os.waitpid(asked["reap"], 0)[1])
        sys.stdout.write(f"{answer}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
