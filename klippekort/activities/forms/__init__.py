"""The words of activities, and the forms of posting, answering, changing and hosting."""

from klippekort.activities.forms.deciding import (
    ApproveForm,
    CancelForm,
    DeclineForm,
    EndForm,
    FilterForm,
    HostForm,
    PublishForm,
)
from klippekort.activities.forms.pictures import PictureForm
from klippekort.activities.forms.places import ClosureForm, HolidayForm, PlaceForm
from klippekort.activities.forms.posting import (
    ONLINE,
    AgainForm,
    ChangeForm,
    DateForm,
    PostForm,
    RuleForm,
    smallest_words,
)
from klippekort.activities.forms.words import (
    ACCESS,
    DECLINE_REASONS,
    INSURANCE,
    KINDS,
    LANGUAGES,
    NTH,
    ON_HOLIDAYS,
    REASONS,
    REPEATS,
    SCOPES,
    WEEKDAYS,
)

__all__ = [
    "ACCESS",
    "DECLINE_REASONS",
    "INSURANCE",
    "KINDS",
    "LANGUAGES",
    "NTH",
    "ONLINE",
    "ON_HOLIDAYS",
    "REASONS",
    "REPEATS",
    "SCOPES",
    "WEEKDAYS",
    "AgainForm",
    "ApproveForm",
    "CancelForm",
    "ChangeForm",
    "ClosureForm",
    "DateForm",
    "DeclineForm",
    "EndForm",
    "FilterForm",
    "HolidayForm",
    "HostForm",
    "PictureForm",
    "PlaceForm",
    "PostForm",
    "PublishForm",
    "RuleForm",
    "smallest_words",
]
