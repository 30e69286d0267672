"""What a host sees of the guests, until when, and the words that go both ways."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from klippekort.activities.queries import get_occurrence_facts
from klippekort.citizens.queries import lock_citizen
from klippekort.domain.errors import Forbidden, NotFound
from klippekort.domain.hosting import Need, Word
from klippekort.domain.permissions import Actor
from klippekort.hosting.queries.guests import GuestSeen, guests_seen, phone_of_day
from klippekort.hosting.queries.words import open_words, words_of, words_to_hosts
from klippekort.hosting.services import (
    LoggedBefore,
    answer,
    ask,
    cannot_after_all,
    confirm_as_planned,
    handle_word,
    log_attendance,
    offer_dates,
    say_from_host,
    say_to_host,
    set_hosting,
)
from klippekort.platform.tenancy import acting_for
from tests.builders import a_card, a_shift, a_trip
from tests.cast import AWAY, Cast
from tests.integration.activities.arrange import (
    CARDS,
    FOUR,
    NOW,
    TUESDAY,
    TWO,
    an_activity,
    dates_of,
    do,
    read,
    seat,
)
from tests.integration.hosting.arrange import (
    FAR,
    a_volunteer,
    cleared,
    to_host,
    viggo_of,
)
from tests.integration.hosting.test_offers import along

AFTER = FOUR + timedelta(minutes=5)


@pytest.fixture
def date_id(cast: Cast) -> UUID:
    """Viggo's Tuesday, with seats for Ellen and for Poul in his wheelchair."""
    found = dates_of(an_activity(cast, CARDS))[0].id
    seat(cast, found, cast.ellen)
    seat(cast, found, cast.poul, wheelchair=True)
    return found


def seen(
    cast: Cast, date_id: UUID, *, now: datetime = NOW, by: UUID | None = None
) -> list[GuestSeen]:
    """Return what Viggo, or another host, sees of a date."""
    found: dict[UUID, list[GuestSeen]] = read(guests_seen, [date_id], now, by or viggo_of(cast))
    return found.get(date_id, [])


def test_a_host_sees_names_and_needs(cast: Cast, date_id: UUID) -> None:
    assert [(guest.name, guest.needs) for guest in seen(cast, date_id)] == [
        ("Ellen", ()),
        ("Poul", (Need.WHEELCHAIR_PLACE,)),
    ]


def test_a_host_sees_when_a_guest_comes_and_who_stays(cast: Cast) -> None:
    date_id = dates_of(an_activity(cast, CARDS))[0].id
    a_card(cast, cast.ellen)
    a_shift(cast.bo, TUESDAY, ends=18)
    a_trip(cast.bo, cast.ellen, date_id, cast.bo)
    (guest,) = seen(cast, date_id)
    assert (guest.arrives_at, guest.with_names) == (TWO, ("Bo",))


def test_a_friend_who_goes_along_is_named_too(cast: Cast) -> None:
    date_id = dates_of(an_activity(cast, CARDS))[0].id
    a_card(cast, cast.ellen)
    a_shift(cast.bo, TUESDAY, ends=18)
    trip_id = a_trip(cast.bo, cast.ellen, date_id, cast.bo)
    dora = cleared(a_volunteer("Dora Dam", goes_along=True), cast)
    offer_id = UUID(do(ask, cast.karen, dora.id, along(trip_id, cast), now=NOW))
    do(answer, dora.actor, offer_id, is_yes=True, now=NOW)
    assert seen(cast, date_id)[0].with_names == ("Bo", "Dora")


def test_another_volunteer_sees_nobody(cast: Cast, date_id: UUID) -> None:
    assert seen(cast, date_id, by=a_volunteer("Dora Dam").id) == []


def test_who_cannot_after_all_sees_nobody_any_more(cast: Cast, date_id: UUID) -> None:
    do(cannot_after_all, cast.viggo, viggo_of(cast), to_host(date_id), now=NOW)
    assert seen(cast, date_id) == []


def test_the_names_go_when_the_log_is_confirmed(cast: Cast, date_id: UUID) -> None:
    do(confirm_as_planned, cast.viggo, date_id, now=AFTER)
    assert seen(cast, date_id, now=AFTER) == []


def test_one_host_s_log_leaves_the_names_to_the_other(cast: Cast, date_id: UUID) -> None:
    dora = a_volunteer("Dora Dam")
    do(offer_dates, cast.karen, dora.id, [date_id], now=NOW)
    do(confirm_as_planned, cast.viggo, date_id, now=AFTER)
    assert len(seen(cast, date_id, now=AFTER, by=dora.id)) == 2


def test_after_14_days_nobody_is_seen(cast: Cast, date_id: UUID) -> None:
    last = FOUR + timedelta(days=14)
    assert len(seen(cast, date_id, now=last - timedelta(seconds=1))) == 2
    assert seen(cast, date_id, now=last) == []


def call(citizen_id: UUID, name: str) -> None:
    """Let a citizen be called otherwise than by the first name."""
    do(lambda: setattr(lock_citizen(citizen_id), "call_name", name))


def test_a_guest_is_called_as_they_like(cast: Cast, date_id: UUID) -> None:
    call(cast.ellen, "Musse")
    call(cast.poul, "Musse")
    assert [guest.name for guest in seen(cast, date_id)] == ["Musse S.", "Musse Ø."]


def test_a_word_to_the_host_is_about_who_they_know(cast: Cast, date_id: UUID) -> None:
    call(cast.ellen, "Musse")
    say(cast.viggo, cast, date_id)
    assert [line.called for line in read(open_words)] == ["Musse"]


def test_one_tap_says_that_everybody_came(cast: Cast, date_id: UUID) -> None:
    do(confirm_as_planned, cast.viggo, date_id, now=AFTER)
    found = read(guests_seen, [date_id], AFTER)[date_id]
    assert [guest.attended for guest in found] == [True, True]
    with pytest.raises(LoggedBefore):
        do(confirm_as_planned, cast.viggo, date_id, now=AFTER)


def test_where_a_count_was_promised_nobody_is_ticked(cast: Cast, date_id: UUID) -> None:
    activity_id = dates_of_activity(date_id)
    do(set_hosting, cast.karen, km_rate_oere=0, counts_only=[activity_id])
    seats = [guest.sign_up_id for guest in seen(cast, date_id)]
    do(
        log_attendance,
        cast.viggo,
        date_id,
        came=seats,
        others=7,
        started_at=TWO,
        ended_at=FOUR,
        now=AFTER,
    )
    found = read(guests_seen, [date_id], AFTER)[date_id]
    assert [guest.attended for guest in found] == [None, None]


def dates_of_activity(date_id: UUID) -> UUID:
    """Return the activity a date is of."""
    found: UUID = read(get_occurrence_facts, date_id).activity_id
    return found


def test_without_a_supplier_s_number_the_municipality_is_called(cast: Cast, date_id: UUID) -> None:
    assert read(phone_of_day, date_id) == "+4520123456"


def say(actor: Actor, cast: Cast, date_id: UUID, *, now: datetime = AFTER) -> None:
    """Let a host tell that Ellen was missed."""
    ellen = read(guests_seen, [date_id], NOW)[date_id][0]
    do(say_from_host, actor, date_id, ellen.sign_up_id, Word.MISSED, now=now)


def test_a_host_s_word_reaches_the_coordinator_and_is_ticked_off(cast: Cast, date_id: UUID) -> None:
    say(cast.viggo, cast, date_id)
    (line,) = read(open_words)
    assert (line.called, line.word, line.volunteer) == ("Ellen", Word.MISSED, "Viggo Vang")
    do(handle_word, cast.karen, line.id, now=AFTER)
    assert read(open_words) == []
    assert len(read(words_of, cast.ellen)) == 1


def test_the_same_word_of_the_same_day_is_one(cast: Cast, date_id: UUID) -> None:
    say(cast.viggo, cast, date_id)
    say(cast.viggo, cast, date_id)
    assert len(read(open_words)) == 1


def test_no_word_is_said_of_guests_that_are_not_seen_any_more(cast: Cast, date_id: UUID) -> None:
    with pytest.raises(NotFound):
        say(cast.viggo, cast, date_id, now=FOUR + timedelta(days=15))


def test_only_a_host_says_a_host_s_word(cast: Cast, date_id: UUID) -> None:
    with pytest.raises(Forbidden):
        say(cast.karen, cast, date_id)


def test_staff_s_word_reaches_the_hosts_for_14_days(cast: Cast, date_id: UUID) -> None:
    activity_id = dates_of_activity(date_id)
    do(say_to_host, cast.bo, cast.ellen, activity_id, Word.LOVE_BACK, now=NOW)
    assert [line.word for line in read(words_to_hosts, [activity_id], NOW)] == [Word.LOVE_BACK]
    assert read(words_to_hosts, [activity_id], NOW + timedelta(days=14)) == []


def test_a_care_worker_says_nothing_of_another_s_citizen(cast: Cast, date_id: UUID) -> None:
    with pytest.raises(Forbidden):
        do(
            say_to_host,
            cast.mia,
            cast.ellen,
            dates_of_activity(date_id),
            Word.LOVE_BACK,
            now=NOW,
        )


def test_staff_say_no_host_s_word(cast: Cast, date_id: UUID) -> None:
    with pytest.raises(Forbidden):
        do(say_to_host, cast.karen, cast.ellen, dates_of_activity(date_id), Word.MISSED, now=NOW)


def test_the_next_municipality_sees_no_words_and_no_guests(cast: Cast, date_id: UUID) -> None:
    say(cast.viggo, cast, date_id)
    with acting_for(AWAY):
        assert open_words() == []
        assert guests_seen([date_id], NOW) == {}


def test_far_dates_are_seen_from_sign_up(cast: Cast) -> None:
    date_id = dates_of(an_activity(cast, CARDS))[FAR].id
    seat(cast, date_id, cast.ellen)
    assert [guest.name for guest in seen(cast, date_id)] == ["Ellen"]
