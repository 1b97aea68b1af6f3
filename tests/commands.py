"""The luoshi command, as an operator uses it: another process, another folder, its own standard streams.

The processes are forked from one that has the command loaded already, since loading takes longer than most commands.
"""

import multiprocessing
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
_SECONDS = 120
_SERVER = multiprocessing.get_context("forkserver")
_SERVER.set_forkserver_preload(["app.cli"])
QUIET = {"LUOSHI_LOG_LEVEL": "WARNING"}


def luoshi(folder: Path, *args: str, **env: str) -> subprocess.CompletedProcess[str]:
    """Run `luoshi ARGS` in a folder, with settings on top of this process's environment."""
    with tempfile.TemporaryDirectory() as streams:
        out, err = Path(streams, "out"), Path(streams, "err")
        process = _SERVER.Process(target=_run, args=(folder, args, {**os.environ, **QUIET, **env}, out, err))
        process.start()
        process.join(_SECONDS)
        if process.exitcode is None:
            process.kill()
            process.join()
            raise subprocess.TimeoutExpired(["luoshi", *args], _SECONDS)
        return subprocess.CompletedProcess(["luoshi", *args], process.exitcode, out.read_text(), err.read_text())


def luoshi_anew(folder: Path, *args: str, **env: str) -> subprocess.CompletedProcess[str]:
    """The same from nothing, as a shell starts it: seconds instead of a tenth of one."""
    return subprocess.run(
        [sys.executable, "-m", "app.cli", *args],
        cwd=folder,
        env={**os.environ, **QUIET, "PYTHONPATH": str(ROOT), **env},
        capture_output=True,
        text=True,
        check=False,
        timeout=_SECONDS,
    )


def _run(folder: Path, args: tuple[str, ...], env: dict[str, str], out: Path, err: Path) -> None:
    from app.cli import main  # noqa: PLC0415 - in the process that forks, not where the tests run

    os.chdir(folder)
    os.environ.clear()
    os.environ.update(env)
    for stream, path in ((0, os.devnull), (1, out), (2, err)):
        opened = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        os.dup2(opened, stream)
        os.close(opened)
    sys.argv = ["luoshi", *args]
    main()
