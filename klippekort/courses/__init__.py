"""The way into a community: the talk, what fits, the first times, and standing on one's own."""
