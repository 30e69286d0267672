"""Reading for the own page."""
