"""What people fill in."""

from .measures import MeasureForm, RunForm
from .promotion import (
    AskForm,
    CampaignForm,
    ConsentForm,
    CouponsForm,
    OfferForm,
    RuleForm,
    SendForm,
    WithdrawForm,
)

__all__ = [
    "AskForm",
    "CampaignForm",
    "ConsentForm",
    "CouponsForm",
    "MeasureForm",
    "OfferForm",
    "RuleForm",
    "RunForm",
    "SendForm",
    "WithdrawForm",
]
