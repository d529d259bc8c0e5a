"""Units in imports: found by code, by name where only one unit has it, or by "code name" as we export it."""

from typing import Any

from django.utils.translation import gettext

from bihuan.kernel.models import Unit, User
from bihuan.kernel.scope import visible
from bihuan.web.listing.transfer.fields import Wrong, as_text


class UnitCells:
    """For transfers with a column `unit`: cells become keys of units in the user's scope."""

    user: User | None

    def start(self) -> None:
        rows = Unit.objects.all() if self.user is None else visible(self.user, Unit.objects.all())
        self.codes: dict[str, int] = {}
        self.names: dict[str, list[int]] = {}
        for key, code, name in rows.values_list("pk", "code", "name"):
            self.codes[code.casefold()] = key
            self.names.setdefault(name.casefold(), []).append(key)

    def parse_unit(self, raw: Any) -> int:
        found = as_text(raw).casefold()
        for code in (found, found.split(" ")[0]):
            if code in self.codes:
                return self.codes[code]
        named = self.names.get(found, [])
        if len(named) > 1:
            raise Wrong(gettext("several units have this name; write the code"))
        if not named:
            raise Wrong(gettext("no such unit among yours"))
        return named[0]
