"""What could suit somebody, and why: points anybody can add up, from what people said."""
