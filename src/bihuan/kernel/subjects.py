"""What a recurring duty is about, as a system names it."""

from dataclasses import dataclass

from bihuan.kernel.models import Customer, Place, Unit, User


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A hall, a meter area, an agent: something that must be visited, checked or asked so often."""

    key: str
    """Stable, at most 80 characters; the subject of the case that is opened when it is missed."""
    name: str
    unit: Unit
    place: Place | None = None
    customer: Customer | None = None
    owner: User | None = None
    """Who does it; where nobody is named, the holder of `post` for the unit."""
    post: str = ""
