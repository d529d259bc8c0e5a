"""Customer equity: what customers are worth, who is likely gone, and what that costs."""
