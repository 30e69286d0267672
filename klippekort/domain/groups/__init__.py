"""Support groups: their forms, their life, who may join, and what may be kept of the members."""
