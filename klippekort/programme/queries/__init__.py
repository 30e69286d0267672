"""Reading the programme: what is published, where it is held, and who knows whom."""
