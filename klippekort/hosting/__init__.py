"""Who hosts: offers, questions in waves, the host's view of a day, the log, and words."""
