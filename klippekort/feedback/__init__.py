"""What people think: who answers, by when, and what changed because of it."""
