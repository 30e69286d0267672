"""What minutes cost: a scheme's money for a year, used, promised and still to come."""
