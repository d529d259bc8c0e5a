"""Elements of pages that are pushed when they change: what a system hands to the live process."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LiveRow:
    """One element, ready to swap in, for everybody whose units cover `unit_path`."""

    id: str
    html: str
    unit_path: str
