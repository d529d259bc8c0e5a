"""Tables of customer equity: what was bought, what it cost, model runs, the market, promotion."""

from .campaigns import Campaign, CampaignVisit, Coupon, CouponScan
from .market import Brand, BrandAnswer, BrandSurvey, MarketEstimate
from .orders import Cost, Margin, Problem, Purchase, Rate
from .promotion import Consent, Offer, OfferRound, OfferRule, OfferSend, Purpose, SendState, Way
from .respondents import BrandRespondent, Income, Why
from .runs import Exclusion, ModelRun, Score

__all__ = [
    "Brand",
    "BrandAnswer",
    "BrandRespondent",
    "BrandSurvey",
    "Campaign",
    "CampaignVisit",
    "Consent",
    "Cost",
    "Coupon",
    "CouponScan",
    "Exclusion",
    "Income",
    "Margin",
    "MarketEstimate",
    "ModelRun",
    "Offer",
    "OfferRound",
    "OfferRule",
    "OfferSend",
    "Problem",
    "Purchase",
    "Purpose",
    "Rate",
    "Score",
    "SendState",
    "Way",
    "Why",
]
