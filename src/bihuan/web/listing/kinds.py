"""Kinds of `bihuan import` and `export`, as the manifests name them."""

from bihuan.inputs import BadInput
from bihuan.kernel.registry import everything, load
from bihuan.web.listing import Listing


def listing_of(kind: str, *, importable: bool = False) -> type[Listing]:
    """Raises BadInput, naming the kinds there are."""
    found = {name: path for system in everything() for name, path in system.transfers}
    if kind not in found:
        raise BadInput(f"there is no kind {kind!r}; there are: {', '.join(found)}")
    listing: type[Listing] = load(found[kind])
    if importable and listing.transfer is None:
        raise BadInput(f"{kind}: can be exported, not imported")
    return listing
