"""How much time, memory and room a file may take to be opened."""

from dataclasses import dataclass

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of the opening of one file; a file that goes beyond one is refused with a DocumentError.

    seconds: of the clock, in the separate process. A plan of 100 pages takes well under one; the rest is for slow
        machines with much to do.
    memory: bytes of address space of that process. What is unpacked takes up to ten times its size as a tree.
    processes: files opened at the same time; others wait for as long as one may take.
    unpacked: bytes of all that lies in an archive (DOCX, XLSX), once unpacked. The text of a plan of 100 pages has 2 MB.
    pages: of a PDF. The longest plans have about 100.
    characters: of the text, in any format. A page has about 600; a million take some seconds to be read in the worst case.
    """

    seconds: float = 30
    memory: int = 1024 * MEBIBYTE
    processes: int = 2
    unpacked: int = 100 * MEBIBYTE
    pages: int = 500
    characters: int = 1_000_000


DEFAULT_LIMITS = Limits()
