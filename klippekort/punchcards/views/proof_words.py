"""What the nightly proof found, in words."""

from collections.abc import Iterable

from klippekort.platform.i18n import _, ngettext
from klippekort.platform.job_status import Alarms
from klippekort.punchcards.queries.corrections import Alarm, list_alarms


def tell_alarms(_question: Alarms) -> Iterable[str]:
    """Return the sentence that warns of a ledger that does not prove, or nothing."""
    found = list_alarms()
    if not found:
        return []
    return [
        ngettext(
            "The nightly proof found %(num)s place that does not fit.",
            "The nightly proof found %(num)s places that do not fit.",
            len(found),
        )
        + " "
        + what_to_do()
    ]


def what_to_do() -> str:
    """Return what somebody who sees the alarm should do."""
    return _("Correct nothing on these cards. Tell whoever runs Klippekort.")


def alarm_words(alarm: Alarm) -> str:
    """Return what is wrong, and where, in one sentence."""
    words = {
        "missing_entry": _("Line %(place)s is missing.", place=alarm.place),
        "changed_entry": _("Line %(place)s was changed afterwards.", place=alarm.place),
        "cut_tail": _("Lines after number %(place)s are missing.", place=alarm.place),
        "below_zero": _("Line %(place)s takes more than there was.", place=alarm.place),
        "changed_lot": _(
            "The days of some time were changed afterwards: %(place)s.", place=alarm.place
        ),
        "wrong_total": _("A total does not fit its lines: %(place)s.", place=alarm.place),
        "changed_line": _("The record of looks was changed at %(place)s.", place=alarm.place),
    }
    return words.get(alarm.what, alarm.what)
