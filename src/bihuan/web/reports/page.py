"""The page of one report, as its template reads it."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.kernel.models import Job, Report, ReportVersion
from bihuan.kernel.models.jobs import LIVE
from bihuan.kernel.read import reports as read
from bihuan.kernel.read.calendar import working_calendar
from bihuan.kernel.rules.permissions import may
from bihuan.web.lists.reports import chip, is_late
from bihuan.web.reports.show import Reader, changes_of
from bihuan.web.reports.words import period_text, title_of
from bihuan.web.views.signed_in import me

MOST_CHANGES = 50


def context(request: HttpRequest, row: Report, version: ReportVersion | None) -> dict[str, Any]:
    now = timezone.now()
    given = read.standing(row)
    newest = row.versions.order_by("-number").values_list("number", flat=True).first()
    found: dict[str, Any] = {
        "report": row,
        "report_title": title_of(row),
        "period": period_text(row.kind, row.first_on),
        "due_chip": chip(row, given.published_at if given else None, now, working_calendar()),
        "late": Report.objects.filter(is_late(), pk=row.pk).exists(),
        "given": given,
        "link": request.build_absolute_uri(reverse("report-public", args=[given.token])) if given else "",
        "making": Job.objects.filter(key=f"report:{row.pk}", state__in=LIVE).exists(),
        "may_report": may(me(request).role, "report"),
        "period_over": timezone.localdate(now) > row.last_on,
        "versions": row.versions.select_related("made_by").defer("content"),
        "newest": newest,
        "crumbs": [{"title": _("Reports"), "url": reverse("reports")}, {"title": title_of(row)}],
    }
    if version is not None:
        changed = changes_of(version)
        found |= {
            "version": version,
            "intact": read.intact(version),
            "paper": Reader(version, inside=True).paper(),
            "changed": changed[:MOST_CHANGES],
            "changed_more": max(len(changed) - MOST_CHANGES, 0),
        }
    return found
