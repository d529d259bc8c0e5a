"""What people fill in."""

from .evaluation import IndexForm, ItemForm, ReadingForm, SampleForm, SchemeForm
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
    "ComplaintForm",
    "DeviceForm",
    "DoneForm",
    "HallForm",
    "HeardForm",
    "IndexForm",
    "ItemForm",
    "PlanItemForm",
    "ReadingForm",
    "SampleForm",
    "SchemeForm",
    "StaffForm",
    "SupervisorForm",
    "TipForm",
    "TrainingForm",
]
