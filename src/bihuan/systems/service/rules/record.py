"""A committed draw as one document: what anybody needs to check it without us.

Verifying goes through it in the order in which it came about: the commitment, the nonces, the seed, each
part of the draw, each substitution. What differs first is named.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from bihuan.kernel.rules.commitment import canonical, seal, seed_of, verify_opening
from bihuan.kernel.rules.draw import FrameError, Mismatch, checked, compare

from .engines import ENGINES, Outcome, Row, Swap


@dataclass(frozen=True, slots=True)
class Record:
    kind: str
    """Key of `engines.ENGINES`."""
    year: int
    quarter: int
    frame: Sequence[Row]
    params: Row
    plan_version: str
    nonce_digests: Sequence[str]
    commitment: str
    parts: Sequence[tuple[str, Sequence[str]]] = ()
    """As first drawn: label and units."""
    swaps: Sequence[Swap] = ()
    now: Sequence[tuple[str, Sequence[str]]] = ()
    """Parts after all swaps: what is worked with."""
    nonces: Sequence[str] = ()
    seed: str = ""
    """Empty while it is sealed."""
    notes: Mapping[str, Any] = field(default_factory=dict)
    """What is shown and not judged: parties, instants, reasons."""

    def run(self, gone: Sequence[str] = ()) -> Outcome:
        """Draw with the record's own seed. Raises KeyError for an unknown kind, FrameError as the engine."""
        engine = ENGINES[self.kind]
        return engine.run(self.seed, self.year, self.quarter, self.frame, self.params, gone)


def committed(frame: Sequence[Row], params: Row, plan_version: str, nonce_digests: Sequence[str]) -> str:
    """C for these parts: `commitment.seal`, or the same text with one digest, of a seed that is given.

    Raises FrameError, TypeError and ValueError as `seal`.
    """
    if len(nonce_digests) > 1:
        return seal(frame, params, plan_version, nonce_digests).digest
    checked(str(row["id"]) for row in frame)
    rows = sorted(frame, key=lambda row: str(row["id"]))
    text = canonical(
        {
            "frame": rows,
            "nonce_digests": list(nonce_digests),
            "params": params,
            "plan_version": plan_version,
        }
    )
    return sha256(text.encode()).hexdigest()


def digest_of(seed: str) -> str:
    """What stands for a seed that is given and not made of nonces."""
    return sha256(seed.encode()).hexdigest()


def verify(record: Record) -> Mismatch | None:
    """Everything that can be checked now; None when all is as recorded.

    While the seed is sealed this is the commitment alone. Raises KeyError for an unknown kind, FrameError
    for a frame from which nothing can be drawn, ValueError and TypeError for parts that are none.
    """
    found = committed(record.frame, record.params, record.plan_version, record.nonce_digests)
    if found != record.commitment:
        return Mismatch("commitment", 1, record.commitment, found)
    return (_seed(record) or _draw(record)) if record.seed else None


def _seed(record: Record) -> Mismatch | None:
    if len(record.nonce_digests) > 1:
        sealed = seal(record.frame, record.params, record.plan_version, record.nonce_digests)
        return verify_opening(record.commitment, sealed, record.nonces) or compare(
            "seed", [seed_of(record.nonces)], [record.seed]
        )
    return compare("seed", list(record.nonce_digests), [digest_of(record.seed)])


def _draw(record: Record) -> Mismatch | None:
    return _parts(record.run(), record.parts) or _swaps(record)


def _parts(again: Outcome, recorded: Sequence[tuple[str, Sequence[str]]]) -> Mismatch | None:
    if wrong := compare("labels", [part.label for part in again.parts], [label for label, _ in recorded]):
        return wrong
    for part, (label, units) in zip(again.parts, recorded, strict=True):
        if wrong := compare(label, part.drawn, units):
            return wrong
    return None


def _swaps(record: Record) -> Mismatch | None:
    gone: list[str] = []
    for place, swap in enumerate(record.swaps, 1):
        gone.append(swap.gone)
        try:
            redone = record.run(gone).swaps[-1]
        except FrameError:
            return Mismatch("substitution", place, "", swap.gone)
        if (redone.taken, redone.label) != (swap.taken, swap.label):
            return Mismatch("substitution", place, redone.taken, swap.taken)
    return _parts(record.run(gone), record.now)
