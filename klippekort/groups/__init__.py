"""Support groups and peer support: set up, filled, led, learnt from, and left to themselves."""
