"""All facts of a text."""

from app.documents.facts.due import find_deadlines
from app.documents.facts.instruments import find_instruments
from app.documents.facts.plaintext import Plain, prepare
from app.documents.facts.quantities import find_numbers
from app.documents.facts.ranges import Ranges
from app.documents.facts.values import Fact, Number
from app.documents.facts.wholes import find_wholes


def facts(text: str, year: int) -> tuple[Fact, ...]:
    """The facts that a text of a plan of `year` (1 to 9998) states, in the order of their places.

    Any string is read; what the rules do not know is left out. What stands in responsibility notes, in titles 《…》
    and in quoted names is no number and no date.
    """
    return read(prepare(text), year)


def read(plain: Plain, year: int) -> tuple[Fact, ...]:
    """`facts` of a prepared text."""
    instruments, named = find_instruments(plain)
    deadlines, dated = find_deadlines(plain, year, named)
    undated = plain.without(dated)
    figures = find_numbers(undated, named)
    wholes = find_wholes(undated, named)
    found: list[Fact] = [*instruments, *deadlines, *figures, *_apart(wholes, figures)]
    return tuple(sorted(found, key=lambda f: (f.start, f.end, type(f).__name__)))


def _apart(wholes: list[Number], figures: list[Number]) -> list[Number]:
    """The wholes that no figure already states (均达到100%)."""
    stated = Ranges((figure.start, figure.end) for figure in figures)
    return [whole for whole in wholes if not stated.touch(whole.start, whole.end)]
