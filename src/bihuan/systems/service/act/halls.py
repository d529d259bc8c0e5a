"""Halls are places: both rows are written together."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction

from bihuan.kernel.act.records import keep
from bihuan.kernel.models import Place, User

from ..models import Hall


def keep_hall(*, row: Hall, user: User, place: Mapping[str, Any], fields: Iterable[str]) -> Hall:
    """Write a hall and its place (`code`, `name`, `unit`, `region`) with their events."""
    changed = set(fields)
    with transaction.atomic():
        known = Place.objects.filter(code__iexact=place["code"]).first()
        site = row.place if row.pk else known or Place(code=place["code"])
        for key in ("name", "unit", "region"):
            setattr(site, key, place[key])
        if site.pk is None or changed & {"name", "unit", "region"}:
            keep(row=site, user=user, fields=changed & {"code", "name", "unit", "region"})
        row.place = site
        keep(row=row, user=user, fields=changed - {"code", "name", "unit", "region"})
    return row
