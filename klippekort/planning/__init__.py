"""The planner's desk: the week board, shifts, helpers who are away, and who goes instead."""
