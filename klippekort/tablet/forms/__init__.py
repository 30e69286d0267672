"""What a tablet sends, and what a person is asked when it must be settled."""
