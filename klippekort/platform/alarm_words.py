"""What stands wrong in the house, in words for the page of those who look after it."""

from collections.abc import Sequence
from datetime import date

from klippekort.platform.formatting import moment
from klippekort.platform.i18n import _, ngettext
from klippekort.platform.watching import CLOCK, LEDGER, OUTBOX, WORKER, Alarm


def tell_house_alarms(alarms: Sequence[Alarm], today: date) -> list[str]:
    """Return a sentence or two for each. What the ledger lacks is told by those who keep it."""
    return [_told(one, today) for one in alarms if one.kind != LEDGER]


def _told(alarm: Alarm, today: date) -> str:
    if alarm.kind == WORKER:
        return str(
            _("Nothing runs by itself just now. Ask whoever runs Klippekort to start the worker.")
        )
    if alarm.kind == CLOCK:
        return str(
            _("The clock on %(computer)s is wrong, so it may not run jobs.", computer=alarm.who)
        )
    if alarm.kind == OUTBOX:
        return ngettext(
            "%(num)s message has waited for over half an hour. Look after the gateways.",
            "%(num)s messages have waited for over half an hour. Look after the gateways.",
            alarm.count,
        )
    if alarm.since is None:
        return str(_("No copy of everything has been taken yet."))
    return str(
        _("The last copy of everything was taken %(moment)s.", moment=moment(alarm.since, today))
    )
