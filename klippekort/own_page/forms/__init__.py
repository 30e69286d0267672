"""What is asked on the own page."""
