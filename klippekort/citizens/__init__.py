"""The elderly people the cards belong to."""
