"""The kernel's test manifest behind the pages of the house."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.urls import reverse

from bihuan.kernel.tests import desk_world
from bihuan.kernel.tests.world import World


@contextmanager
def desk() -> Iterator[World]:
    """Urls are those of the real systems, read before theirs are switched off: the manifest has no pages."""
    reverse("home")
    with desk_world.desk() as found:
        yield found
