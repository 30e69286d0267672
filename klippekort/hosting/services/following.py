"""A date moves: its hosts hear it, and a yes to the old time is asked for again."""

from dataclasses import replace
from uuid import UUID

from klippekort.activities.queries import get_place
from klippekort.activities.services import HostExchanged, OccurrenceChanged
from klippekort.domain.hosting import HostRole, OfferState
from klippekort.hosting.queries import offers as queries
from klippekort.hosting.queries.dates import hosts_at, hosts_of
from klippekort.hosting.queries.offers import Wanted
from klippekort.hosting.services import calls
from klippekort.hosting.services.searching import PROGRAM, ask_one, cover

ONLINE = "online"
_ASKED = (OfferState.ASKED, OfferState.ACCEPTED)
_SAID_NO = (OfferState.DECLINED, OfferState.WITHDRAWN)


def date_moved(event: OccurrenceChanged) -> None:
    """Let the usual host hear that a date moves, and ask those again who had said yes to it.

    Whoever moves it knows. It is heard before the date itself is changed.
    """
    wanted = Wanted(HostRole.HOST, event.occurrence_id)
    when = queries.when_of(wanted)
    if not when.is_on:
        return
    when = replace(when, starts_at=event.starts_after, ends_at=event.ends_after)
    place = get_place(event.place_after).name if event.place_after else ONLINE
    for host in hosts_of(event.occurrence_id):
        if host.is_usual and host.id != event.actor.person_id and when.activity_id:
            calls.tell_moved(host.id, when.activity_id, when, place, now=event.now)
    for row in queries.offers_for(wanted):
        if row.state not in _ASKED or row.volunteer_id == event.actor.person_id:
            continue
        was_yes = row.state == OfferState.ACCEPTED or row.answered_at is not None
        calls.take_back(row)
        by = event.actor.account_id or PROGRAM
        ask_one(wanted, row.volunteer_id, when, asked_by=by, now=event.now)
        # A yes that is asked for again is told by its having been answered before.
        row.answered_at = event.now if was_yes else None


def host_exchanged(event: HostExchanged) -> None:
    """Let those who hosted hear from which date on somebody else does, and the one who takes over
    too, and look for nobody any more for dates that get a usual host.

    Who has said no to a date does not host it, whatever they usually do.
    """
    before = hosts_at(event.occurrence_ids)
    told = {event.host_id, event.actor.person_id}
    for date_id in event.occurrence_ids:
        for host in before.get(date_id, []):
            if event.host_id is not None and host.is_usual and host.id not in told:
                when = queries.when_of(Wanted(HostRole.HOST, date_id))
                calls.tell_taken_over(host.id, date_id, when, now=event.now)
                told.add(host.id)
    if event.host_id is not None:
        if event.host_id != event.actor.person_id and event.occurrence_ids:
            first = event.occurrence_ids[0]
            when = queries.when_of(Wanted(HostRole.HOST, first))
            calls.tell_takes_over(event.host_id, first, when, now=event.now)
        for wanted in queries.searched(event.occurrence_ids):
            _settle(wanted, event.host_id, event)


def _settle(wanted: Wanted, host_id: UUID, event: HostExchanged) -> None:
    """Stop the search for a date that gets a usual host, unless they have said no to it."""
    own = queries.find_offer(wanted, host_id)
    if own is not None and own.state in _SAID_NO:
        return
    if own is not None:
        calls.take_back(own)
        own.state, own.answered_at = OfferState.ACCEPTED, event.now
    cover(queries.find_search(wanted), host_id, now=event.now)
