"""A citizen's way into a community: the talk, what fits her, the first times, and standing on its own."""
