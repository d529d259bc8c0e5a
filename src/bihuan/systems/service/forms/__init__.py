"""What people fill in."""

from .evaluation import IndexForm, ItemForm, ReadingForm, SampleForm, SchemeForm
from .fieldwork import CheckForm, FindingForm, MoveForm, RefusalForm
from .records import (
    FILED,
    AnswerForm,
    AreaForm,
    AttendForm,
    CallForm,
    ComplaintForm,
    DeviceForm,
    DoneForm,
    HallForm,
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
