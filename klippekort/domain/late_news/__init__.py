"""What is learned afterwards about when a citizen was away, and what it does to time that came."""
