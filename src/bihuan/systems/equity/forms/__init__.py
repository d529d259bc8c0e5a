"""What people fill in."""

from .contacts import ContactForm
from .contracts import ContractForm, TermsForm
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
from .upload import ParquetForm

__all__ = [
    "AskForm",
    "CampaignForm",
    "ConsentForm",
    "ContactForm",
    "ContractForm",
    "CouponsForm",
    "MeasureForm",
    "OfferForm",
    "ParquetForm",
    "RuleForm",
    "RunForm",
    "SendForm",
    "TermsForm",
    "WithdrawForm",
]
