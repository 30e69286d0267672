"""What is asked of and about volunteers and associations."""

from klippekort.volunteers.forms.associations import (
    AgreementForm,
    AssociationForm,
    ContactForm,
    LimitForm,
)
from klippekort.volunteers.forms.checks import (
    ClearanceForm,
    PromiseForm,
    PromiseTextForm,
    RulesForm,
    rules_data,
)
from klippekort.volunteers.forms.people import (
    ApplicationForm,
    AskForCodeForm,
    DeclineForm,
    FilterForm,
    LogInForm,
    ProfileForm,
    VolunteerForm,
    profile_data,
)

__all__ = [
    "AgreementForm",
    "ApplicationForm",
    "AskForCodeForm",
    "AssociationForm",
    "ClearanceForm",
    "ContactForm",
    "DeclineForm",
    "FilterForm",
    "LimitForm",
    "LogInForm",
    "ProfileForm",
    "PromiseForm",
    "PromiseTextForm",
    "RulesForm",
    "VolunteerForm",
    "profile_data",
    "rules_data",
]
