"""What can be done with wishes, waiting lists and offers."""
