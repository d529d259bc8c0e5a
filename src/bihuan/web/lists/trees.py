"""Units and regions: trees that come in as tables, each row naming the code of what lies above it."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.models import Region, Unit
from bihuan.kernel.scope import visible
from bihuan.web.listing.transfer.fields import Field, as_text, text
from bihuan.web.listing.transfer.transfer import Stored, Transfer, Values


class TreeTransfer(Transfer):
    """A parent may stand in the same file, above or below its children."""

    rooted = False
    """Whether an import of somebody's must hang below what he sees already."""
    key = "code"
    most = 5_000
    reads = {"parent": "parent__code"}

    def start(self) -> None:
        everything = self.model._default_manager.all()
        rows = everything if self.user is None else visible(self.user, everything)
        self.codes = {code.casefold() for code in rows.values_list("code", flat=True)}
        above = everything.exclude(parent=None).values_list("code", "parent__code")
        self.stored_parents: dict[str, str] = dict(above)
        self.told: dict[str, tuple[int, str]] = {}

    @property
    def below(self) -> bool:
        return self.rooted and self.user is not None

    def parse_parent(self, raw: Any) -> str:
        """The code as written: it may be of this file, which is known only when all rows are read."""
        return as_text(raw).split(" ")[0]

    def blank(self, field: Field) -> Any:
        return "" if field.key == "parent" else super().blank(field)

    def check(self, row: Values) -> Iterator[tuple[str, str]]:
        if "parent" in row:
            self.told[row["code"]] = (row["#"], self.above(row["code"], row["parent"]))
        elif self.below and row["code"].casefold() not in self.codes:
            yield "code", gettext("new units go below one of yours: the column of the parent is missing")

    def finish(self) -> Iterator[tuple[int, str, str, str]]:
        above = {**self.stored_parents, **{code: parent for code, (_row, parent) in self.told.items()}}
        known = {*self.codes, *(code.casefold() for code in self.told)}
        for code, (row, parent) in self.told.items():
            if self.stored_parents.get(code, "") == parent and code.casefold() in self.codes:
                continue
            if parent.casefold() not in known and (parent or self.below):
                yield row, "parent", parent, self.unknown
            elif ring(above, code):
                yield row, "parent", parent, gettext("cannot lie below itself")

    def above(self, code: str, parent: str) -> str:
        """An empty cell leaves a unit where it is and hangs a new one below the user's own."""
        if parent or not self.below or self.user is None:
            return parent
        known = code.casefold() in self.codes
        return self.stored_parents.get(code, "") if known else self.user.unit.code

    def differs(self, stored: Stored, row: Values) -> bool:
        above = stored.values["parent"] or ""
        moved = "parent" in row and above != self.above(row["code"], row["parent"])
        return stored.values["name"] != row["name"] or moved

    def write(self, rows: Sequence[Values], *, new: bool) -> None:
        """First without their place in the tree, so that the order of the file does not matter."""
        if new:
            self.model._default_manager.bulk_create(
                self.model(code=row["code"], name=row["name"]) for row in rows
            )
            return
        for row in rows:
            self.model._default_manager.filter(code=row["code"]).update(name=row["name"])

    def done(self, rows: Iterable[Values]) -> None:
        """Now every one exists: hang each below its parent, then write the paths that are others now."""
        found: Iterable[Any] = self.model._default_manager.only("code", "parent_id", "path")
        nodes = {node.code: node for node in found}
        of = {node.pk: node for node in nodes.values()}
        before = {node.pk: (node.parent_id, node.path) for node in nodes.values()}
        for row in rows:
            if "parent" in row:
                above = nodes.get(self.above(row["code"], row["parent"]))
                nodes[row["code"]].parent_id = above.pk if above else None
        for node in of.values():
            node.path = self._path(node, of)
        moved = [node for node in of.values() if before[node.pk] != (node.parent_id, node.path)]
        self.model._default_manager.bulk_update(moved, ["parent", "path"], batch_size=200)

    @staticmethod
    def _path(node: Any, of: dict[int, Any]) -> str:
        keys, at = [node.pk], node
        while at.parent_id is not None:
            at = of[at.parent_id]
            keys.append(at.pk)
        return f"/{'/'.join(str(key) for key in reversed(keys))}/"

    @property
    def unknown(self) -> str:
        """Why a parent is refused."""
        raise NotImplementedError


def ring(above: dict[str, str], code: str) -> bool:
    """Does the way up from here come back to where it has passed?"""
    passed, at = {code}, above.get(code, "")
    while at and at not in passed:
        passed.add(at)
        at = above.get(at, "")
    return bool(at)


class UnitsTransfer(TreeTransfer):
    kind = "units"
    model = Unit
    rooted = True
    fields = (
        Field(
            key="code",
            label=_("code"),
            parse=text(32),
            required=True,
            aliases=("编号", "单位编号", "单位代码"),
        ),
        Field(key="name", label=_("name"), parse=text(80), required=True, aliases=("单位名称", "单位")),
        Field(
            key="parent",
            label=_("parent unit"),
            help=_("code of the unit above; empty: directly below your own"),
            aliases=("上级", "上级编号", "上级代码"),
        ),
    )

    @property
    def unknown(self) -> str:
        return gettext("no such unit among yours")


class RegionsTransfer(TreeTransfer):
    kind = "regions"
    model = Region
    fields = (
        Field(key="code", label=_("code"), parse=text(32), required=True),
        Field(key="name", label=_("name"), parse=text(80), required=True),
        Field(key="parent", label=_("parent region"), help=_("code of the region above; empty: the top")),
    )

    @property
    def unknown(self) -> str:
        return gettext("no such region")
