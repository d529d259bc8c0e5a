"""Tables of customer equity: what was bought, what it cost, model runs, the market, contacts, contracts."""

from .contacts import Care, Contact, Tier, Way
from .contracts import Cohort, Occasion, Renewal
from .market import Brand, BrandAnswer, BrandSurvey, MarketEstimate
from .orders import Cost, Margin, Problem, Purchase, Rate
from .runs import Exclusion, ModelRun, Score

__all__ = [
    "Brand",
    "BrandAnswer",
    "BrandSurvey",
    "Care",
    "Cohort",
    "Contact",
    "Cost",
    "Exclusion",
    "Margin",
    "MarketEstimate",
    "ModelRun",
    "Occasion",
    "Problem",
    "Purchase",
    "Rate",
    "Renewal",
    "Score",
    "Tier",
    "Way",
]
