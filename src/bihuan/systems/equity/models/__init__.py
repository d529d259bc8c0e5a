"""Tables of customer equity: what was bought, what it cost, model runs, the market."""

from .market import Brand, BrandAnswer, BrandSurvey, MarketEstimate
from .orders import Cost, Margin, Problem, Purchase, Rate
from .runs import Exclusion, ModelRun, Score

__all__ = [
    "Brand",
    "BrandAnswer",
    "BrandSurvey",
    "Cost",
    "Exclusion",
    "Margin",
    "MarketEstimate",
    "ModelRun",
    "Problem",
    "Purchase",
    "Rate",
    "Score",
]
