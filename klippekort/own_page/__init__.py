"""The citizen's own pages: the card, what comes next, and who has looked."""
