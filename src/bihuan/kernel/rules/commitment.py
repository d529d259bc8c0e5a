"""Publish before you draw: what binds everybody to a frame and to a seed that nobody knows yet.

Two parties or more each keep a nonce. The digest C that hangs on the notice board fixes frame, rules and the
nonces' digests; the seed exists only when all nonces are brought together, so no party can shop for a
convenient one. A party that later refuses its nonce stops the draw, and everybody sees who did.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from operator import itemgetter
from typing import Final

from bihuan.kernel.rules.draw import Mismatch, checked, plain

SHORTEST_NONCE: Final = 16
"""Characters. A nonce that can be guessed from its published digest gives the draw away."""

Value = str | int | bool | None | Sequence["Value"] | Mapping[str, "Value"]
"""What may be committed to: no binary fractions, whose digits depend on who prints them; write "0.3"."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """All that the published digest stands for. `text` may be fed to `sha256sum`."""

    text: str
    """Canonical JSON: keys in order, no spaces, UTF-8."""
    nonce_digests: tuple[str, ...]

    @property
    def digest(self) -> str:
        """C, 64 hexadecimal digits: what is published."""
        return sha256(self.text.encode()).hexdigest()


def nonce_digest(nonce: str) -> str:
    """H(nonce) = SHA-256, which a party publishes first; ValueError when the nonce is easy to guess."""
    if len(plain(nonce)) < SHORTEST_NONCE:
        raise ValueError(f"a nonce needs {SHORTEST_NONCE} characters")
    return sha256(nonce.encode()).hexdigest()


def seed_of(nonces: Sequence[str]) -> str:
    """SHA-256 of the nonces joined by `|`, in the order of their parties; ValueError below two."""
    for nonce in nonces:
        nonce_digest(nonce)
    if len(nonces) < 2 or len(set(nonces)) < len(nonces):
        raise ValueError("a seed needs a nonce of each of two parties, and no two alike")
    return sha256("|".join(nonces).encode()).hexdigest()


def seal(
    frame: Iterable[Mapping[str, Value]],
    params: Mapping[str, Value],
    plan_version: str,
    nonce_digests: Sequence[str],
) -> Sealed:
    """Close frame, rules and nonces: canonical JSON of {frame, params, plan_version, nonce_digests}.

    Every row of the frame has a text `id` and whatever the draw uses (level, cases, footfall); rows may
    come in any order. FrameError for ids that are blank or there twice, TypeError for fractions,
    ValueError below two parties.
    """
    rows = [(str(row.get("id", "")), row) for row in frame]
    checked(unit for unit, _ in rows)
    digests = tuple(nonce_digests)
    if len(digests) < 2 or len(set(digests)) < len(digests):
        raise ValueError("a commitment needs the nonce of each of two parties, and no two alike")
    content: dict[str, Value] = {
        "frame": [row for _, row in sorted(rows, key=itemgetter(0))],
        "nonce_digests": list(digests),
        "params": params,
        "plan_version": plain(plan_version),
    }
    return Sealed(canonical(content), digests)


def canonical(content: Value) -> str:
    """One text for one content: JSON, keys sorted, no spaces, not escaped. TypeError for a float."""
    _exact(content)
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def verify_opening(published: str, sealed: Sealed, nonces: Sequence[str]) -> Mismatch | None:
    """Whether what is shown now is what was promised: C first, then each nonce; None when it is."""
    if sealed.digest != published:
        return Mismatch("commitment", 1, published, sealed.digest)
    opened = [sha256(nonce.encode()).hexdigest() for nonce in nonces]
    for place, digest in enumerate(sealed.nonce_digests):
        found = opened[place] if place < len(opened) else ""
        if found != digest:
            return Mismatch("nonce", place + 1, digest, found)
    more = opened[len(sealed.nonce_digests) :]
    return Mismatch("nonce", len(sealed.nonce_digests) + 1, "", more[0]) if more else None


def _exact(content: Value) -> None:
    if isinstance(content, Mapping):
        for key, value in content.items():
            if not isinstance(key, str):
                raise TypeError(f"the key {key!r} is no text")
            _exact(value)
    elif isinstance(content, list | tuple):
        for value in content:
            _exact(value)
    elif not (content is None or isinstance(content, str | int)):
        raise TypeError(f"{content!r} has no one way to be written: use text or a whole number")
