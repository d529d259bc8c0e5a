"""Trainings by the cause that they are meant for."""

from django.db.models import Count, QuerySet

from bihuan.kernel.models import Cause, User
from bihuan.kernel.scope import visible

from ..models import Training


def trainings_for(cause: Cause, user: User) -> QuerySet[Training]:
    """Those that the user may see, for this cause and the causes below it, newest first."""
    rows = Training.objects.filter(cause__path__startswith=cause.path).annotate(people=Count("attendances"))
    return visible(user, rows).order_by("-held_on", "code")
