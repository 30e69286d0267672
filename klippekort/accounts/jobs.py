"""What is done by itself: telephone numbers are sealed that were written before they were."""

from datetime import date, datetime, timedelta

from klippekort.accounts.services.telephones import seal_log_ins
from klippekort.platform.execute import execute
from klippekort.platform.jobs import Job, Outcome
from klippekort.platform.telephones import seal_some


def seal_phones(_day: date, _now: datetime) -> Outcome:
    """Seal every number that stands in clear: the municipality's, and those to log in with, which
    belong to none and are sealed by whichever comes first.
    """
    done = 0
    for seal in (seal_some, seal_log_ins):
        while many := execute(seal):
            done += many
    return Outcome(done, done)


JOBS = (Job("seal_phones", seal_phones, every=timedelta(hours=1)),)
