"""Groups from set-up to self-run, and what they keep of nobody."""
