"""Choices and sounds of the sample: the same at every load."""

import wave
from hashlib import sha256
from io import BytesIO


def pick(key: str, below: int) -> int:
    """The same choice at every load."""
    return int.from_bytes(sha256(key.encode()).digest()[:8], "big") % below


def tone(key: str, seconds: float = 0.5, rate: int = 8000) -> bytes:
    """A tone as a WAV file: the sample has no voices."""
    out = BytesIO()
    pitch, frames = 8 + pick(key, 12), int(rate * seconds)
    period = bytes(128 + (40 if n < pitch // 2 else -40) for n in range(pitch))
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(rate)
        file.writeframes((period * (frames // pitch + 1))[: frames - 4] + sha256(key.encode()).digest()[:4])
    return out.getvalue()
