"""Reading trips: one trip, a day, what a citizen could go to."""
