"""Tables of courses: the way of each, the talks, what fits, and who gives something to others."""

from klippekort.courses.models.courses import (
    Course,
    CourseCheck,
    CourseEvaluation,
    CourseHandOver,
    CourseSettings,
    CourseStep,
)
from klippekort.courses.models.matching import (
    CitizenGift,
    GiftDeed,
    Introduction,
    MatchProfile,
    SuggestionNo,
)
from klippekort.courses.models.talks import CourseGuide, CourseTalk

__all__ = [
    "CitizenGift",
    "Course",
    "CourseCheck",
    "CourseEvaluation",
    "CourseGuide",
    "CourseHandOver",
    "CourseSettings",
    "CourseStep",
    "CourseTalk",
    "GiftDeed",
    "Introduction",
    "MatchProfile",
    "SuggestionNo",
]
