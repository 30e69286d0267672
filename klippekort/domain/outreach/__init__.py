"""Rules of finding people: what is noted, who follows it up, and who stands on the list."""
