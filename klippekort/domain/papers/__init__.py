"""Rules of what goes out on paper: which letters are due, and the codes on slips."""
