"""The pages of activities."""

from klippekort.activities.views import dates, deciding, hosting, posting
from klippekort.activities.views.blueprint import bp

__all__ = ["bp", "dates", "deciding", "hosting", "posting"]
