"""Files are opened in a process of their own: what it does, and what becomes of it when it does not."""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app.documents import DocumentError, Doubt, Format, Limits, Mark, MarkKind, Source, Span
from app.documents.sources import isolation
from app.documents.sources.wire import packed
from app.documents.values import Cell, Sheet

SOURCE = Source(
    Format.DOCX,
    "application/x",
    "一、甲\n乙",
    (Mark(MarkKind.HEADING, 0, 3, 1), Mark(MarkKind.BOLD, 0, 2)),
    (Doubt("some", 0, 3, "这样处理"),),
    paragraphs=True,
    sheets=(Sheet("表", (Cell(0, 0, 0, 3, 2, 1), Cell(2, 1, 4, 5)), (Span(0, 3),)), Sheet("", (), None)),
)
BEGIN = "import json, sys; sys.path[:] = json.loads(sys.argv[1])\n"
# A process whose opener is the given expression over `data` and `limits`.
OPENER = BEGIN + (
    "from app.documents.sources import child\n"
    "from app.documents.values import *\n"
    "import os, subprocess, time\n"
    "def text(text): return Source(Format.DOCX, 'application/x', text)\n"
    "child.opener = lambda form: lambda data, limits: {}\n"
    "child.main()\n"
)
Made = Callable[[str], None]


@pytest.fixture
def boot(monkeypatch: pytest.MonkeyPatch) -> Iterator[Made]:
    """Makes the processes of a test run the given program."""

    def begin_anew() -> None:
        for thread in threading.enumerate():
            if thread.name == "luoshi-reading":
                thread.join()
        isolation.close()

    def make(program: str) -> None:
        begin_anew()
        monkeypatch.setattr(isolation, "_BOOT", program)

    yield make
    monkeypatch.undo()
    begin_anew()


def opened(data: bytes = b"data", **limits: float) -> Source:
    return isolation.open_isolated(Format.DOCX, data, Limits(**limits))  # type: ignore[arg-type]


def refused(data: bytes = b"data", **limits: float) -> DocumentError:
    with pytest.raises(DocumentError) as caught:
        opened(data, **limits)
    assert caught.value.zh
    return caught.value


def test_what_is_opened_comes_back_whole(boot: Made) -> None:
    boot(BEGIN + f"sys.stdin.read(); sys.stdout.write({json.dumps(json.dumps({'source': packed(SOURCE)}))})")
    assert opened() == SOURCE


def test_the_file_is_handed_over_as_it_is(boot: Made) -> None:
    boot(OPENER.format("text(str(len(data)) + repr(set(data)) + repr(limits))"))
    data = bytes(range(256)) * 40_000  # 10 MB: more than any pipe holds
    answer = opened(data, seconds=60, memory=2**29)
    assert answer.text == f"{len(data)}{set(data)}{Limits(seconds=60, memory=2**29)}"


def test_each_file_has_a_process_of_its_own_started_ahead(boot: Made) -> None:
    boot(OPENER.format("text(str(os.getpid()))"))
    first, second = opened().text, opened().text
    assert first != second
    assert isolation.prepare(30)
    waiting = isolation._POOL.waiting
    assert waiting is not None
    assert opened().text == str(waiting.pid)


@pytest.mark.parametrize(
    ("expression", "kind"),
    [
        ("time.sleep(60)", "too_slow"),
        ("[iter(int, 1) for _ in iter(int, 1)]", "too_large"),
        ("bytearray(2**29)", "too_large"),
        ("text('甲' * 30_000_000)", "too_large"),
        ("1 // 0", "damaged"),
        ("os._exit(3)", "damaged"),
        ("os.kill(os.getpid(), 11)", "damaged"),
        ("os.kill(os.getpid(), 9)", "too_large"),
        ("os.abort()", "too_large"),
        ("os.write(3, b'x' * 100)", "damaged"),
        ("open('/tmp/luoshi-never', 'wb').write(b'x' * 10_000)", "damaged"),
        ("text(5)", "damaged"),
        ("Source(Format.DOCX, 'x', 'abc', (Mark(MarkKind.BOLD, 0, 4),))", "damaged"),
        ("Source(Format.DOCX, 'x', 'abc', (), (Doubt('x', -1, 0, ''),))", "damaged"),
        ("Source(Format.XLSX, 'x', 'abc', sheets=(Sheet('x', (Cell(0, 0, 0, 9),)),))", "damaged"),
        ("Source(Format.XLSX, 'x', 'abc', sheets=(Sheet('x', (Cell(0, 0, 0, 1, 10**6, 99),)),))", "damaged"),
    ],
)
def test_what_goes_wrong_there_is_told_here(boot: Made, expression: str, kind: str) -> None:
    boot(OPENER.format(expression))
    before = time.monotonic()
    assert refused(seconds=4, memory=256 * 2**20).kind == kind
    # The time limit and the start of the process, on a machine that is busy with other tests.
    assert time.monotonic() - before < 30
    boot(OPENER.format("text('well')"))
    assert opened().text == "well"


@pytest.mark.parametrize("program", ["", "print('no answer')", "print('[]')", "print('{\"source\": {}}')"])
def test_an_answer_of_another_shape_is_no_answer(boot: Made, program: str) -> None:
    boot(program)
    assert refused().kind == "damaged"


def test_an_endless_answer_is_cut_off(boot: Made) -> None:
    boot(BEGIN + "\nwhile True: sys.stdout.write('x' * 100_000)")
    assert refused(seconds=60).kind == "too_large"


def test_the_error_of_the_opener_comes_back(boot: Made) -> None:
    boot(OPENER.format("(_ for _ in ()).throw(DocumentError('encrypted', '有密码', 'locked'))"))
    error = refused()
    assert (error.kind, error.zh, error.en) == ("encrypted", "有密码", "locked")


def test_nothing_of_the_environment_or_the_open_files_is_handed_on(
    boot: Made, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("LUOSHI_DATABASE_URL", "postgresql://secret")
    descriptor = os.open(tmp_path, os.O_RDONLY)
    os.set_inheritable(descriptor, True)
    boot(
        OPENER.format(
            "text(json.dumps([dict(os.environ), [os.readlink('/proc/self/fd/' + f) for f in "
            "os.listdir('/proc/self/fd') if os.path.exists('/proc/self/fd/' + f)], os.getcwd()]))"
        )
    )
    environment, files, folder = json.loads(opened().text)
    os.close(descriptor)
    assert set(environment) <= {"LD_LIBRARY_PATH", "LC_CTYPE"}  # Python sets LC_CTYPE itself
    assert not [file for file in files if file.startswith(str(tmp_path))]
    assert folder == "/"


def test_what_it_starts_ends_with_it(boot: Made, tmp_path: Path) -> None:
    boot(
        BEGIN
        + f"""
import subprocess
other = subprocess.Popen(['sleep', '300'])
open({str(tmp_path / "pid")!r}, 'x').write(str(other.pid))
sys.stdin.read()
other.wait()
"""
    )
    assert refused(seconds=3).kind == "too_slow"
    pid = int((tmp_path / "pid").read_text())
    for _ in range(100):
        state = Path(f"/proc/{pid}/stat")
        if not state.exists() or state.read_text().split()[2] == "Z":
            break
        time.sleep(0.05)
    else:
        pytest.fail("the process lives on")


def test_many_at_once_wait_for_each_other(boot: Made) -> None:
    boot(OPENER.format("(time.sleep(0.2), text(repr((time.monotonic() - 0.2, time.monotonic()))))[1]"))
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: opened(processes=2, seconds=60).text, range(8)))
    spans = [json.loads(text.replace("(", "[").replace(")", "]")) for text in found]
    for start, _ in spans:
        assert sum(a <= start < b for a, b in spans) <= 2


def test_who_waits_too_long_is_told(boot: Made) -> None:
    boot(OPENER.format("(time.sleep(3), text('done'))[1]"))
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(lambda: opened(processes=1, seconds=60).text)
        while not isolation._POOL.at_work:
            time.sleep(0.01)
        assert refused(processes=1, seconds=0.1).kind == "busy"
        assert first.result() == "done"


def test_a_program_that_has_opened_a_file_ends_cleanly(tmp_path: Path) -> None:
    program = (
        "from app.documents.sources import isolation\nisolation._POOL.prepare()\nprint(isolation._POOL.waiting.pid)\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-X", "dev", "-c", program],
        capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert not done.stderr
    assert not Path(f"/proc/{done.stdout.strip()}").exists()


def test_a_forked_process_starts_its_own(boot: Made) -> None:
    boot(OPENER.format("text('well')"))
    opened()
    assert isolation.prepare(30)
    mine = isolation._POOL.waiting
    assert mine is not None
    program = os.fork()
    if program == 0:
        theirs = isolation._POOL.waiting
        os._exit(0 if theirs is None and isolation._POOL.at_work == 0 else 1)
    assert os.waitpid(program, 0)[1] == 0
    assert mine.poll() is None
    assert opened().text == "well"
