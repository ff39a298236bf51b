"""The word search behind ``like``.

Latin letters and digits are found by whole words; Japanese and Chinese by any two characters or
more, and a single character only where it stands alone. Case and width are folded, symbols are
ignored, and no character is a wildcard.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from html import unescape

_MAXIMUM_KEYWORDS = 10
# A run of CJK ideographs, kana and their marks, or a run of other letters and digits.
_RUN = re.compile(
    r"(?P<cjk>[\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u9fff\uf900-\ufaff"
    r"\U00020000-\U0003ffff]+)"
    r"|[^\W_\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u9fff\uf900-\ufaff"
    r"\U00020000-\U0003ffff]+"
)
# Part of the kana block, yet punctuation: the middle dot and the double hyphen.
_KANA_SYMBOLS = str.maketrans("・゠", "  ")
_TAG = re.compile(r"<[^>]*>")

WordSearch = Callable[[str], bool]


def _runs(text: str) -> tuple[frozenset[str], tuple[str, ...]]:
    """The Latin words and the CJK runs of a text."""
    folded = unicodedata.normalize("NFKC", text).casefold().translate(_KANA_SYMBOLS)
    words, cjk = set(), []
    for match in _RUN.finditer(folded):
        if match["cjk"]:
            cjk.append(match[0])
        else:
            words.add(match[0])
    return frozenset(words), tuple(cjk)


def word_search(sought: str) -> WordSearch:
    """A test whether a text holds every keyword; keywords are separated by blanks.

    A search for nothing but symbols finds nothing.
    """
    keywords = unicodedata.normalize("NFKC", sought).split()[:_MAXIMUM_KEYWORDS]
    words, cjk = _runs(" ".join(keywords))

    def found(text: str) -> bool:
        held_words, held_cjk = _runs(text)
        return words <= held_words and all(
            any(run in held if len(run) > 1 else run == held for held in held_cjk) for run in cjk
        )

    return found if words or cjk else lambda _: False


def text_of_html(html: str) -> str:
    """The text that a search of RICH_TEXT sees."""
    return unescape(_TAG.sub(" ", html))
