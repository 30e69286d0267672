"""What people think: from the page to what changed."""
