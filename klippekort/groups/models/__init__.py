"""Tables of groups, of their members as far as the promise allows, and of what is learnt."""

from klippekort.groups.models.groups import (
    GroupFacilitator,
    GroupMeeting,
    GroupRules,
    GroupStandIn,
    SupportGroup,
)
from klippekort.groups.models.learning import (
    GroupChange,
    GroupEvaluation,
    GroupLeaving,
    GroupMilestone,
    GroupNeed,
    GroupNote,
    GroupProposal,
    GroupReply,
)
from klippekort.groups.models.members import (
    GroupAttendance,
    GroupCall,
    GroupInterest,
    GroupMember,
    GroupMemberCitizen,
)
from klippekort.groups.models.together import (
    GroupMaterial,
    GroupPicture,
    GroupPost,
    GroupSettings,
    GroupVisit,
)

__all__ = [
    "GroupAttendance",
    "GroupCall",
    "GroupChange",
    "GroupEvaluation",
    "GroupFacilitator",
    "GroupInterest",
    "GroupLeaving",
    "GroupMaterial",
    "GroupMeeting",
    "GroupMember",
    "GroupMemberCitizen",
    "GroupMilestone",
    "GroupNeed",
    "GroupNote",
    "GroupPicture",
    "GroupPost",
    "GroupProposal",
    "GroupReply",
    "GroupRules",
    "GroupSettings",
    "GroupStandIn",
    "GroupVisit",
    "SupportGroup",
]
