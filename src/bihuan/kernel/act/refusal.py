"""The one exception that a user may read."""

from bihuan.kernel.lazy import StrOrPromise


class Refused(Exception):
    """An action that the rules do not allow; `message` says why and what to do instead."""

    def __init__(self, message: StrOrPromise) -> None:
        super().__init__(message)
        self.message = message
