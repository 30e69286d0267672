"""What the reports work out, and what a coordinator tries out on them."""

from klippekort.reports.services.steps import NEEDED_ROLES, Step, first_week, missing_roles

__all__ = ["NEEDED_ROLES", "Step", "first_week", "missing_roles"]
