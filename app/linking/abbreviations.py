"""Short forms made of initials, the way Chinese makes them: 职业教育 is 职教, 党的建设 is 党建.

Only short forms that the dictionary knows as words count, so that initials that meet by chance say nothing.
"""

from collections.abc import Iterable
from itertools import pairwise

from app.linking.lexicon import GENERIC
from app.linking.words import is_word

# The building stones of short forms: words of two characters, and words made of two such words.
_WORD, _COMPOUND = 2, 4

# What a short form is worth against the long one: it may be short for something else.
ABBREVIATED = 0.7


def short_form(unit: str) -> str | None:
    """The short form of a four-character unit: its first and third character, where that is a word."""
    return _known(unit[0] + unit[2]) if len(unit) == _COMPOUND else None


def short_forms(units: Iterable[str]) -> set[str]:
    """The short forms of the units of a text and of its neighbouring pairs of two-character units."""
    listed = list(units)
    forms = {short_form(unit) for unit in listed}
    forms |= {_known(a[0] + b[0]) for a, b in pairwise(listed) if len(a) == _WORD == len(b)}
    return {form for form in forms if form}


def _known(form: str) -> str | None:
    return form if is_word(form) and form not in GENERIC else None
