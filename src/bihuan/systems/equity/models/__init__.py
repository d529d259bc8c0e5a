"""Tables of customer equity: purchases, costs, model runs, the market, promotion, contacts, contracts."""

from .campaigns import Campaign, CampaignVisit, Coupon, CouponScan
from .contacts import Care, Contact, ContactWay, Tier
from .contracts import Cohort, Occasion, Renewal
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
    "Care",
    "Cohort",
    "Consent",
    "Contact",
    "ContactWay",
    "Cost",
    "Coupon",
    "CouponScan",
    "Exclusion",
    "Income",
    "Margin",
    "MarketEstimate",
    "ModelRun",
    "Occasion",
    "Offer",
    "OfferRound",
    "OfferRule",
    "OfferSend",
    "Problem",
    "Purchase",
    "Purpose",
    "Rate",
    "Renewal",
    "Score",
    "SendState",
    "Tier",
    "Way",
    "Why",
]
