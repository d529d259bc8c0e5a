"""The figures of an overview page as an Excel file."""

import io
from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.kernel.lazy import StrOrPromise
from bihuan.kernel.report import Section
from bihuan.web.components.figures import exact
from bihuan.web.listing.export import FORMATS
from bihuan.web.reports.workbook import write_sections


def figures_file(
    request: HttpRequest,
    name: str,
    sections: Sequence[tuple[StrOrPromise, Section]],
    told: Sequence[tuple[str, str]],
) -> HttpResponse:
    """`name`: of the file, ASCII, without its ending. `told`: what was asked for; who and when is added."""
    out = io.BytesIO()
    made = [(_("exported at"), exact(timezone.now())), (_("exported by"), str(request.user))]
    write_sections(sections, [*told, *made], out)
    answer = HttpResponse(out.getvalue(), content_type=FORMATS["xlsx"])
    answer["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return answer
