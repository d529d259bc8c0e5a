"""What a command says when it cannot use what it was given."""

from pathlib import Path


class BadInput(ValueError):
    """Bad usage or bad input: its text is one clear line for the user; the command exits with 2."""

    @classmethod
    def at(cls, path: Path | str, line: int, field: str, message: str) -> "BadInput":
        """Name the file, the line (from 1) and the field."""
        return cls(f"{path}:{line}: {field}: {message}")
