"""Text as people typed it, made comparable and fit to store."""

import re
import unicodedata
from functools import lru_cache

_NOT_WORD = re.compile(r"[\W_]+")
_QUOTES = re.compile(r"['’‘ʼ`´\"“”]")


def plain(text: str) -> str:
    """``text`` without what cannot be seen (zero-width and control characters, lone surrogates) and
    without stray spaces."""
    if not (text.isascii() and text.isprintable()):
        text = "".join(_visible(character) for character in unicodedata.normalize("NFC", text))
    return " ".join(text.split())


@lru_cache(maxsize=20_000)  # a file says the same few names many times
def key(text: str) -> str:
    """What two spellings of one name share: letters and digits without capitals, accents, quotes
    or punctuation; words kept apart by one space."""
    text = plain(text).casefold()
    if not text.isascii():
        decomposed = unicodedata.normalize("NFKD", text)
        text = "".join(c for c in decomposed if not unicodedata.combining(c))
    return _NOT_WORD.sub(" ", _QUOTES.sub("", text)).strip()


def _visible(character: str) -> str:
    category = unicodedata.category(character)
    if category in ("Cf", "Cs", "Cn", "Co"):
        return ""
    return " " if category == "Cc" else character
