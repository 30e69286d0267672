"""Tables of groups, of their members as far as the promise allows, and of what is learnt."""

from klippekort.groups.models.groups import (
    GroupFacilitator,
    GroupMeeting,
    GroupRules,
    GroupStandIn,
    SupportGroup,
)
from klippekort.groups.models.learning import (
    GroupEvaluation,
    GroupLeaving,
    GroupNeed,
    GroupNote,
    GroupProposal,
)
from klippekort.groups.models.members import (
    GroupAttendance,
    GroupInterest,
    GroupMember,
    GroupMemberCitizen,
)

__all__ = [
    "GroupAttendance",
    "GroupEvaluation",
    "GroupFacilitator",
    "GroupInterest",
    "GroupLeaving",
    "GroupMeeting",
    "GroupMember",
    "GroupMemberCitizen",
    "GroupNeed",
    "GroupNote",
    "GroupProposal",
    "GroupRules",
    "GroupStandIn",
    "SupportGroup",
]
