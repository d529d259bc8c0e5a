"""What people fill in."""

from .contacts import ContactForm
from .contracts import ContractForm
from .measures import MeasureForm, RunForm
from .upload import ParquetForm

__all__ = ["ContactForm", "ContractForm", "MeasureForm", "ParquetForm", "RunForm"]
