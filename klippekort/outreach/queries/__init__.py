"""Reading what was noticed, who follows it up, and whom to see next."""
