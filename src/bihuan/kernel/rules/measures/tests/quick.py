"""Properties of a formula need few examples, and every suite run pays for each."""

from hypothesis import settings
from hypothesis import strategies as st

QUICK = settings(max_examples=25)
FIGURES = st.floats(-1000, 1000).map(lambda value: round(value, 3))
SHARES = st.floats(0.01, 0.99)
COUNTS = st.integers(0, 400)
