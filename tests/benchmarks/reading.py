"""Reading a file of 100 pages, against a library that merely extracts its text: `python tests/benchmarks/reading.py`.

The file is read as the service reads it: handed to a separate process, opened there, and handed back with its marks.
The floor is what the library for the format takes, in this process and already loaded, to give the words of the same
file. Both take turns in one run. The process waits, started ahead, as it does in a service: `cold` shows what the
first file of a command costs.
"""

import argparse
import io
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

if __name__ == "__main__":
    # Run as a script, Python looks for modules in this folder, not in the project's.
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import docx
import pypdfium2
from docx.shared import Pt

from app.documents import open_source
from app.documents.sources import isolation
from tests.documents.makers.pdf import flat_document, print_pdf

DOCUMENTS = Path(__file__).parents[2] / "seeds/documents"
PAGE = 22 * 28  # characters: the lines and characters of a page after GB/T 9704
PAGES = 100
MOST = 2.0  # times the floor


@dataclass(frozen=True)
class Case:
    """A file, and the floor: what merely extracts its words."""

    name: str
    data: bytes
    floor: Callable[[bytes], str]


def plan_of(pages: int) -> bytes:
    """A plan of so many full pages: the shipped ones' paragraphs again and again, as text."""
    text = "".join(path.read_text(encoding="utf-8") for path in sorted(DOCUMENTS.glob("*.txt")))
    lines = [line.strip() for line in text.splitlines() if len(line.strip()) > PAGE // 4]
    paragraphs: list[str] = []
    size = 0
    while size < pages * PAGE:
        line = lines[len(paragraphs) % len(lines)]
        paragraphs.append(line)
        # The last line of a paragraph is blank to its end.
        size += -(-len(line) // 28) * 28
    return "\n".join(paragraphs).encode()


def word(pages: int) -> bytes:
    """A Word file of so many pages, typed as offices do: first sentences in bold, the rest in runs of some words."""
    document = docx.Document()
    for line in plan_of(pages).decode().splitlines():
        paragraph = document.add_paragraph()
        for k, piece in enumerate(line.replace("。", "。\n", 1).split("\n")):
            run = paragraph.add_run(piece)
            run.bold = k == 0 or None
            run.font.size = Pt(16)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def words_by_python_docx(data: bytes) -> str:
    """The floor for Word files."""
    return "\n".join(paragraph.text for paragraph in docx.Document(io.BytesIO(data)).paragraphs)


def words_by_pdfium(data: bytes) -> str:
    """The floor for PDF."""
    document = pypdfium2.PdfDocument(data)
    found = "\n".join(page.get_textpage().get_text_bounded() for page in document)
    document.close()
    return found


def printed(pages: int, soffice: str) -> bytes:
    """A PDF of so many pages, laid out after GB/T 9704 and printed by LibreOffice."""
    with tempfile.TemporaryDirectory() as folder:
        return print_pdf({"plan": flat_document(plan_of(pages))}, Path(folder), soffice)["plan"]


def cases(pages: int = PAGES) -> list[Case]:
    """The files that are measured; a PDF only where LibreOffice can print one."""
    found = [Case(f"DOCX, {pages} pages", word(pages), words_by_python_docx)]
    soffice = shutil.which("soffice")
    if soffice:
        data = printed(pages, soffice)
        found.append(Case(f"PDF, {len(pypdfium2.PdfDocument(data))} pages", data, words_by_pdfium))
    return found


def seconds(run: Callable[[], object]) -> float:
    """How long a run takes."""
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


@dataclass
class Figures:
    """The least time of each way, in seconds: whatever else the machine does only adds to it."""

    floor: float
    ours: float
    cold: float

    @property
    def ratio(self) -> float:
        """Ours, as a multiple of the floor."""
        return self.ours / self.floor


def measure(case: Case, repeats: int) -> Figures:
    """Both ways in turn, so that what slows the machine down slows both."""
    isolation.close()
    figures = Figures(floor=seconds(lambda: case.floor(case.data)), ours=float("inf"), cold=float("inf"))
    figures.cold = seconds(lambda: open_source(case.data))
    for _ in range(repeats):
        isolation.prepare(60)
        figures.ours = min(figures.ours, seconds(lambda: open_source(case.data)))
        isolation.prepare(60)
        figures.floor = min(figures.floor, seconds(lambda: case.floor(case.data)))
    return figures


def main(arguments: Sequence[str] | None = None) -> int:
    """Print all figures; the exit status is 1 where reading takes more than twice the floor."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=15)
    parser.add_argument("--pages", type=int, default=PAGES)
    options = parser.parse_args(arguments)
    sys.stdout.write(f"{'milliseconds':44}{'floor':>9}{'ours':>9}{'cold':>9}{'ratio':>8}\n")
    worst = 0.0
    for case in cases(options.pages):
        found = measure(case, options.repeats)
        times = "".join(f"{1000 * taken:9.1f}" for taken in (found.floor, found.ours, found.cold))
        sys.stdout.write(f"{case.name:44}{times}{found.ratio:8.2f}\n")
        worst = max(worst, found.ratio)
    return int(worst > MOST)


if __name__ == "__main__":
    raise SystemExit(main())
