"""What tablets ask for: intents taken once, and conflicts that a person settles."""
