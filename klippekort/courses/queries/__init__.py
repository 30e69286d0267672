"""Reading courses, talks, what fits, and what is due."""

from klippekort.courses.queries.checks import DueCheck, due_checks

__all__ = ["DueCheck", "due_checks"]
