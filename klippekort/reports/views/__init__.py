"""The reports' screens; importing one of them hangs it on the blueprint."""

from klippekort.reports.views import (
    cockpit,
    exports,
    first_week,
    laboratory,
    more,
    overview,
    yearly,
)
from klippekort.reports.views.blueprint import bp

__all__ = ["bp", "cockpit", "exports", "first_week", "laboratory", "more", "overview", "yearly"]
