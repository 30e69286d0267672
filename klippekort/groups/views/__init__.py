"""The screens of groups; importing one of them hangs it on the blueprint."""

from klippekort.groups.views import (
    becoming,
    board,
    ending,
    filling,
    groups,
    guests,
    leading,
    learning,
    meetings,
    members,
    needs,
    own,
    printing,
    public,
    replying,
    sharing,
    visiting,
)
from klippekort.groups.views.blueprint import bp

__all__ = [
    "becoming",
    "board",
    "bp",
    "ending",
    "filling",
    "groups",
    "guests",
    "leading",
    "learning",
    "meetings",
    "members",
    "needs",
    "own",
    "printing",
    "public",
    "replying",
    "sharing",
    "visiting",
]
