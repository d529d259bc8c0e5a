"""Where somebody is within a system: its parts for the menu, the pages of the part as tabs."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.urls import NoReverseMatch, reverse

from bihuan.kernel.lazy import StrOrPromise
from bihuan.kernel.manifest import Part, System
from bihuan.kernel.registry import systems
from bihuan.kernel.rules.permissions import may


@dataclass(slots=True)
class Page:
    title: str
    url: str
    current: bool = False


@dataclass(slots=True)
class Shown:
    """A part with what this role may open of it."""

    title: str
    pages: list[Page] = field(default_factory=list)

    @property
    def url(self) -> str:
        return self.pages[0].url

    @property
    def current(self) -> bool:
        return any(page.current for page in self.pages)


def parts_of(system: System, role: str, path: str) -> list[Shown]:
    """What this role may see of a system; the page is marked that the path lies in, the longest match."""
    found = [shown for shown in (_shown(part, role) for part in system.parts) if shown.pages]
    fitting = [page for shown in found for page in shown.pages if path.startswith(page.url)]
    if fitting:
        max(fitting, key=lambda page: len(page.url)).current = True
    return found


def entry_of(system: System, role: str) -> str:
    """The first page of a system that this role may open; empty without one."""
    return next((url for part in system.parts for _words, url in _open_to(part, role)), "")


def home_of(system: System) -> str:
    """Where a system begins; the desk for one without pages."""
    return reverse(system.parts[0].pages[0][0] if system.parts else "home")


def is_in(system: System, path: str) -> bool:
    return path.startswith(f"/{system.name}/")


def around(path: str, role: str) -> list[Shown]:
    """The parts of the system that the path lies in; empty outside the systems."""
    return next((parts_of(system, role, path) for system in systems() if is_in(system, path)), [])


def _shown(part: Part, role: str) -> Shown:
    return Shown(str(part.title), [Page(str(words), url) for words, url in _open_to(part, role)])


def _open_to(part: Part, role: str) -> Iterator[tuple[StrOrPromise, str]]:
    for name, words, verb in part.pages:
        if may(role, verb) and (url := _url(name)):
            yield words, url


def _url(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
