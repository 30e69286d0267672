"""The screens of groups; importing one of them hangs it on the blueprint."""

from klippekort.groups.views import (
    ending,
    filling,
    groups,
    leading,
    learning,
    meetings,
    members,
    needs,
    public,
)
from klippekort.groups.views.blueprint import bp

__all__ = [
    "bp",
    "ending",
    "filling",
    "groups",
    "leading",
    "learning",
    "meetings",
    "members",
    "needs",
    "public",
]
