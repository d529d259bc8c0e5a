"""What one account has chosen for its tables: row height and saved views, kept in `User.preferences`."""

from dataclasses import dataclass
from typing import Any

from bihuan.kernel.models import User

DENSITIES = ("compact", "default", "relaxed")
MOST_VIEWS = 12
LONGEST_NAME = 24


@dataclass(frozen=True)
class Preferences:
    user: User

    @property
    def density(self) -> str:
        found = self.user.preferences.get("density", "")
        return found if found in DENSITIES else "default"

    def saved(self, listing: str) -> dict[str, str]:
        """Name → query of this table's saved views, oldest first."""
        found: Any = self.user.preferences.get("views", {}).get(listing, {})
        return dict(found)

    def set_density(self, density: str) -> None:
        self._write({**self.user.preferences, "density": density})

    def save(self, listing: str, name: str, query: str) -> None:
        """Keep a view; the same name replaces, an empty query forgets, too many push out the oldest."""
        views = {**self.saved(listing), name[:LONGEST_NAME]: query}
        kept = {key: value for key, value in views.items() if value}
        last = dict(list(kept.items())[-MOST_VIEWS:])
        every = {**self.user.preferences.get("views", {}), listing: last}
        self._write({**self.user.preferences, "views": every})

    def _write(self, preferences: dict[str, Any]) -> None:
        self.user.preferences = preferences
        self.user.save(update_fields=["preferences"])
