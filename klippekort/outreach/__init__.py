"""Nobody overlooked: what was noticed, who was referred, and whom to see next."""
