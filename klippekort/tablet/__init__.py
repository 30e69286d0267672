"""The tablet: what is kept for a shift without a network, and what was done meanwhile."""
