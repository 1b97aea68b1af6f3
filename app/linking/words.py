"""Words and their background rarity, from jieba's own dictionary."""

import math
import threading
import warnings
from functools import lru_cache
from typing import TYPE_CHECKING

from app.linking.lexicon import FUNCTION_CHARACTERS, GENERIC, word_factor

if TYPE_CHECKING:
    import jieba

_lock = threading.Lock()
_loaded: list["jieba.Tokenizer"] = []

# A word the dictionary does not hold is rare, but may be a mere accident of cutting.
UNKNOWN_RARITY = 0.85
# -ln of the rarest word's share: jieba counts about 60 million words.
# A count (of jieba's 60 million words) that only common verbs and nouns reach.
COMMON_HERE = 20_000
RAREST = math.log(6e7)


def _tokenizer() -> "jieba.Tokenizer":
    """The one tokenizer, built on first use (about a second)."""
    with _lock:
        if not _loaded:
            with warnings.catch_warnings():
                # jieba's sources hold escapes and imports that newer Pythons warn about; none of it concerns us.
                warnings.simplefilter("ignore")
                import jieba  # noqa: PLC0415  half a second that only linking should pay

            tokenizer = jieba.Tokenizer()
            # Not initialize(): it logs, and keeps a cache under a name anyone could write to in a shared folder.
            tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(tokenizer.get_dict_file())
            tokenizer.initialized = True
            for word in GENERIC:
                # Commoner here than in the newspapers jieba counted: 加大|师德 must not be cut 加|大师|德.
                tokenizer.add_word(word, max(tokenizer.FREQ.get(word, 0), COMMON_HERE))
            _loaded.append(tokenizer)
        return _loaded[0]


def is_wordlike(character: str) -> bool:
    """Letters, digits, ideographs, and the plus of 1+X."""
    return character.isalnum() or character == "+"


def spans(text: str) -> list[tuple[int, int]]:
    """Where the units of folded text stand: half-open ranges of two characters or more, in order.

    A single ideograph behind a word joins it (大班 额 is 大班额): alone it would say nothing.
    """
    out: list[tuple[int, int]] = []
    place = 0
    singles = 0
    adjoining = False
    for token in (*_tokenizer().cut(text, HMM=False), ""):
        if len(token) == 1 and is_wordlike(token) and token not in FUNCTION_CHARACTERS:
            singles += 1
            place += 1
            continue
        if singles > 1:
            out.append((place - singles, place))
        elif singles and adjoining:
            out[-1] = (out[-1][0], place)
        singles = 0
        adjoining = len(token) > 1 and all(is_wordlike(character) for character in token)
        if adjoining:
            out.append((place, place + len(token)))
            adjoining = word_factor(token) == 1.0
        place += len(token)
    return out


def units(text: str) -> list[str]:
    """The units of folded text in order of their appearance, repeats kept."""
    return [text[start:end] for start, end in spans(text)]


@lru_cache(maxsize=100_000)
def rarity(word: str) -> float:
    """Background rarity of a word, 0 (everywhere) to 1 (once in the dictionary's corpus)."""
    tokenizer = _tokenizer()
    frequency = tokenizer.FREQ.get(word, 0)
    if not frequency:
        return UNKNOWN_RARITY
    return min(1.0, math.log(tokenizer.total / frequency) / RAREST)


def is_word(text: str) -> bool:
    """Does the dictionary know this word? It lists prefixes of words with a count of 0; they are not meant."""
    return bool(_tokenizer().FREQ.get(text, 0))
