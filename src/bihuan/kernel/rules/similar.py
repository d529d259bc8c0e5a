"""Texts that say the same thing in other words: TF-IDF over runs of two and three characters, cosine.

The formula is that of scikit-learn's `TfidfVectorizer(analyzer="char", ngram_range=(2, 3))`, and the tests
hold it to that library's figures: tf·idf with idf = ln((1 + n)/(1 + df)) + 1, rows of length one (Salton &
Buckley 1988). scikit-learn itself would bring 150 MB of SciPy for one product of sparse rows over a few
thousand open texts, which takes a fraction of a second without it. Characters, not words: Chinese needs no
dictionary then, English works alike, and a wrong character costs three runs of many.
"""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache
from math import log, sqrt
from typing import TypeVar

Key = TypeVar("Key")
Grams = Mapping[str, int]
LENGTHS = (2, 3)
REMEMBERED = 8192


@lru_cache(REMEMBERED)
def grams(text: str) -> Grams:
    """How often each run of two or three characters occurs; width, case and lengths of gaps do not matter."""
    said = " ".join(unicodedata.normalize("NFKC", text).casefold().split())
    return Counter(said[at : at + n] for n in LENGTHS for at in range(len(said) - n + 1))


def alike(text: str, others: Iterable[tuple[Key, str]], least: float) -> list[tuple[Key, float]]:
    """Those of the other texts whose cosine with this one is at least `least`, the most alike first.

    Rarity is counted over all the texts, this one included. A text without two characters is like none.
    Raises ValueError unless 0 < least ≤ 1.
    """
    if not 0 < least <= 1:
        raise ValueError(f"a likeness of {least}")
    rows = [(key, grams(other)) for key, other in others]
    mine = grams(text)
    rarity = _rarity([mine, *(row for _key, row in rows)])
    own = _length(mine, rarity)
    found = []
    for key, row in rows:
        shared = sum(n * row[gram] * rarity[gram] ** 2 for gram, n in mine.items() if gram in row)
        likeness = min(shared / (own * _length(row, rarity)), 1.0) if shared else 0.0
        if likeness >= least:
            found.append((key, likeness))
    return sorted(found, key=lambda one: -one[1])


def _rarity(rows: list[Grams]) -> dict[str, float]:
    held: Counter[str] = Counter()
    for row in rows:
        held.update(row.keys())
    top = 1 + len(rows)
    by_count = {n: log(top / (1 + n)) + 1 for n in set(held.values())}
    return {gram: by_count[n] for gram, n in held.items()}


def _length(row: Grams, rarity: Mapping[str, float]) -> float:
    return sqrt(sum((n * rarity[gram]) ** 2 for gram, n in row.items()))
