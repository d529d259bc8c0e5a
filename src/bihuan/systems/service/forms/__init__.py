"""What people fill in."""

from .evaluation import IndexForm, ItemForm, ReadingForm, SampleForm, SchemeForm
from .fieldwork import CheckForm, FindingForm, MoveForm, RefusalForm
from .halls import HallDayForm, HallForm
from .records import (
    FILED,
    AnswerForm,
    AreaForm,
    AttendForm,
    CallForm,
    ComplaintForm,
    DeviceForm,
    DoneForm,
    HeardForm,
    PlanItemForm,
    StaffForm,
    SupervisorForm,
    TipForm,
    TrainingForm,
)

__all__ = [
    "FILED",
    "AnswerForm",
    "AreaForm",
    "AttendForm",
    "CallForm",
    "CheckForm",
    "ComplaintForm",
    "DeviceForm",
    "DoneForm",
    "FindingForm",
    "HallDayForm",
    "HallForm",
    "HeardForm",
    "IndexForm",
    "ItemForm",
    "MoveForm",
    "PlanItemForm",
    "ReadingForm",
    "RefusalForm",
    "SampleForm",
    "SchemeForm",
    "StaffForm",
    "SupervisorForm",
    "TipForm",
    "TrainingForm",
]
