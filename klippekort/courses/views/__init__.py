"""The screens of courses; importing one of them hangs it on the blueprint."""

from klippekort.courses.views import courses, fitting, gifts, handing_over, listed, talks
from klippekort.courses.views.blueprint import bp

__all__ = ["bp", "courses", "fitting", "gifts", "handing_over", "listed", "talks"]
