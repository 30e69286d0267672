"""Reading who hosts, who was asked, and what was given."""
