"""The reports' screens; importing one of them hangs it on the blueprint."""

from klippekort.reports.views import first_week, laboratory, overview
from klippekort.reports.views.blueprint import bp

__all__ = ["bp", "first_week", "laboratory", "overview"]
