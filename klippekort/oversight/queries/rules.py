"""Every feature's rules for how long what is kept, gathered."""

from klippekort.accounts.retention import RULES as ACCOUNTS
from klippekort.activities.retention import RULES as ACTIVITIES
from klippekort.budgets.retention import RULES as BUDGETS
from klippekort.citizens.retention import RULES as CITIZENS
from klippekort.courses.retention import RULES as COURSES
from klippekort.domain.retention import Rule
from klippekort.feedback.retention import RULES as FEEDBACK
from klippekort.groups.retention import RULES as GROUPS
from klippekort.hosting.retention import RULES as HOSTING
from klippekort.measures.retention import RULES as MEASURES
from klippekort.messages.retention import RULES as MESSAGES
from klippekort.municipalities.retention import RULES as MUNICIPALITIES
from klippekort.outreach.retention import RULES as OUTREACH
from klippekort.oversight.retention import RULES as OVERSIGHT
from klippekort.own_page.retention import RULES as OWN_PAGE
from klippekort.papers.retention import RULES as PAPERS
from klippekort.platform.retention import RULES as PLATFORM
from klippekort.punchcards.retention import RULES as PUNCHCARDS
from klippekort.relatives.retention import RULES as RELATIVES
from klippekort.reports.retention import RULES as REPORTS
from klippekort.tablet.retention import RULES as TABLET
from klippekort.trips.retention import RULES as TRIPS
from klippekort.volunteers.retention import RULES as VOLUNTEERS
from klippekort.waiting.retention import RULES as WAITING

RULES: tuple[Rule, ...] = (
    *CITIZENS,
    *RELATIVES,
    *PUNCHCARDS,
    *TRIPS,
    *WAITING,
    *ACTIVITIES,
    *HOSTING,
    *VOLUNTEERS,
    *GROUPS,
    *COURSES,
    *MEASURES,
    *OUTREACH,
    *FEEDBACK,
    *MESSAGES,
    *PAPERS,
    *OWN_PAGE,
    *TABLET,
    *REPORTS,
    *BUDGETS,
    *ACCOUNTS,
    *MUNICIPALITIES,
    *OVERSIGHT,
    *PLATFORM,
)
