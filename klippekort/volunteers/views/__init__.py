"""The screens of volunteers; importing one of them hangs it on the blueprint."""

from klippekort.volunteers.views import (
    applications,
    associations,
    checks,
    company,
    log_ins,
    mine,
    people,
)
from klippekort.volunteers.views.blueprint import bp

__all__ = ["applications", "associations", "bp", "checks", "company", "log_ins", "mine", "people"]
