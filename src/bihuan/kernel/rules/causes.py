"""Which causes the words of a text suggest. A person decides; nothing is coded by itself."""

import re
import unicodedata
from collections.abc import Iterable
from typing import TypeVar

Key = TypeVar("Key")
LATIN = re.compile(r"[a-z0-9]")


def suggest(text: str, causes: Iterable[tuple[Key, str]]) -> list[tuple[Key, tuple[str, ...]]]:
    """Causes with those of their keywords that the text holds; most, then longest keywords first.

    `causes`: key and keywords, one word or phrase a line. Width and case of letters do not matter; a word
    in Latin letters is found as a whole word only.
    """
    said = _plain(text)
    found = [
        (key, tuple(word for word in _words(keywords) if _holds(said, word))) for key, keywords in causes
    ]
    hits = [(key, words) for key, words in found if words]
    return sorted(hits, key=lambda hit: (-len(hit[1]), -sum(len(word) for word in hit[1])))


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _words(keywords: str) -> list[str]:
    return list(dict.fromkeys(word for line in keywords.splitlines() if (word := _plain(line).strip())))


def _holds(said: str, word: str) -> bool:
    if word not in said:
        return False
    before = r"(?<![a-z0-9])" if LATIN.match(word[0]) else ""
    after = r"(?![a-z0-9])" if LATIN.match(word[-1]) else ""
    return re.search(before + re.escape(word) + after, said) is not None
