"""What people tell the service: who answers it, by when, and what changed because of it."""
