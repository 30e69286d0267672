"""The rules of messages: channel, hours, cap, bundles, words and answers."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from klippekort.domain.calendar import instant, local
from klippekort.domain.messages import answers, timing, wording
from klippekort.domain.messages.channels import (
    Address,
    Channel,
    Means,
    Purpose,
    Wishes,
    choose,
    instead_of,
    is_mobile,
)
from klippekort.domain.messages.segments import segments
from klippekort.domain.messages.sending import State, bundles, follows

ALL = Means(sms=True, email=True, letters=True, push=True, voice=True, digital=True)
MOBILE, AT_HOME = "+4520123456", "+4559123456"
NOON = datetime(2026, 11, 23, 11, tzinfo=UTC)
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
HOURS = timing.OpenHours()


def chosen(address: Address, means: Means = ALL, *, wants: Channel | None = None, post=True):
    wishes = Wishes({Purpose.REMINDER: wants} if wants else {})
    return choose(Purpose.REMINDER, wishes, address, means, post_arrives=post)


def test_without_a_gateway_everybody_is_called():
    assert chosen(Address(MOBILE, "a@b.dk", ("Vej 1",)), Means()) is Channel.CALL


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("æøåÆØÅ" * 26 + "abcd", 1),
        ("€" * 81, 2),
        ("–" + "a" * 69, 1),
        ("–" + "a" * 70, 2),
        ("😀" * 36, 2),
        ("a" * 307, 3),
    ],
)
def test_a_text_is_counted_as_the_telephone_net_does(text: str, count: int):
    assert segments(text) == count


@pytest.mark.parametrize(
    ("begun", "hours", "over"),
    [
        ((2026, 11, 23, 9), 4, (2026, 11, 23, 13)),
        ((2026, 11, 23, 14), 4, (2026, 11, 24, 10)),
        ((2026, 11, 27, 15), 4, (2026, 11, 30, 11)),
        ((2026, 11, 23, 3), 1, (2026, 11, 23, 9)),
        ((2026, 12, 23, 15), 2, (2026, 12, 24, 9)),
        ((2026, 12, 24, 15), 2, (2026, 12, 28, 9)),
    ],
)
def test_hours_of_office_time_skip_nights_weekends_and_holidays(
    begun: tuple[int, int, int, int], hours: int, over: tuple[int, int, int, int]
):
    first, last = (instant(date(*moment[:3]), time(moment[3])) for moment in (begun, over))
    assert timing.after_working_hours(first, hours) == last


def test_words_of_offices_are_found():
    said = "Vedrørende din henvendelse bedes du ringe. You are required to call."
    assert wording.office_words(said) == ["Vedrørende", "henvendelse", "bedes", "required"]
    assert wording.office_words("Ring til os, så finder vi en anden dag.") == []


def test_a_mobile_gets_a_text_a_landline_a_call():
    assert [chosen(Address(phone)) for phone in (MOBILE, AT_HOME)] == [Channel.SMS, Channel.CALL]


@pytest.mark.parametrize(
    ("phone", "is_one"),
    [(MOBILE, True), (AT_HOME, False), ("+4791234567", False), (None, False), ("+4520", False)],
)
def test_a_mobile_is_told_by_its_series(phone: str | None, is_one: bool):
    assert is_mobile(phone) is is_one


def test_whoever_has_no_telephone_gets_a_letter_if_it_comes_in_time():
    letter = Address(lines=("Ellen", "Vej 1", "4681 Lindeby"))
    assert [chosen(letter), chosen(letter, post=False)] == [Channel.LETTER, Channel.CALL]


def test_what_was_chosen_goes_before_what_is_known():
    address = Address(MOBILE, "a@b.dk", ("Vej 1",), has_device=True, has_number=True)
    assert [chosen(address, wants=one) for one in Channel] == list(Channel)


def test_a_device_that_takes_notices_gets_them_before_all_else():
    assert chosen(Address(MOBILE, has_device=True)) is Channel.PUSH
    assert chosen(Address(MOBILE, has_device=True), Means(sms=True)) is Channel.SMS


def test_digital_post_goes_before_a_letter_where_nothing_else_is_known():
    lines = ("Ellen", "Vej 1", "4681 Lindeby")
    assert chosen(Address(lines=lines, has_number=True)) is Channel.DIGITAL
    assert chosen(Address(AT_HOME, lines=lines, has_number=True)) is Channel.CALL


@pytest.mark.parametrize(
    ("failed", "post", "then"),
    [
        (Channel.PUSH, True, Channel.SMS),
        (Channel.DIGITAL, True, Channel.LETTER),
        (Channel.DIGITAL, False, Channel.CALL),
        (Channel.SMS, True, Channel.CALL),
        (Channel.VOICE, True, Channel.CALL),
        (Channel.LETTER, True, Channel.CALL),
    ],
)
def test_whom_a_channel_does_not_reach_is_told_another_way(
    failed: Channel, post: bool, then: Channel
):
    address = Address(MOBILE, "a@b.dk", ("Vej 1",), has_device=True, has_number=True)
    assert instead_of(failed, address, ALL, post_arrives=post) is then


def test_what_was_chosen_and_cannot_be_done_is_a_call():
    assert chosen(Address(MOBILE), wants=Channel.EMAIL) is Channel.CALL


@pytest.mark.parametrize(
    ("day", "hour", "opens_day"),
    [
        (date(2026, 10, 25), 2, date(2026, 10, 25)),
        (date(2026, 10, 24), 23, date(2026, 10, 25)),
        (date(2027, 3, 28), 3, date(2027, 3, 28)),
        (date(2027, 3, 27), 20, date(2027, 3, 28)),
        (date(2026, 11, 23), 7, date(2026, 11, 23)),
    ],
)
def test_a_message_waits_for_the_danish_morning_on_both_nights_of_the_clock(
    day: date, hour: int, opens_day: date
):
    assert HOURS.next_open(instant(day, time(hour))) == instant(opens_day, time(8))


@pytest.mark.parametrize(
    ("at", "back"),
    [((23, 13), (23, 9)), ((23, 9), (22, 17)), ((23, 3), (22, 16)), ((23, 22), (23, 16))],
)
def test_four_hours_back_are_hours_in_which_people_may_be_disturbed(
    at: tuple[int, int], back: tuple[int, int]
):
    def november(day: int, hour: int) -> datetime:
        return instant(date(2026, 11, day), time(hour))

    assert HOURS.back(november(*at), timedelta(hours=4)) == november(*back)


@given(st.integers(0, 2 * 365 * 24 * 60).map(lambda minutes: BEGIN + timedelta(minutes=minutes)))
def test_nothing_is_ever_sent_at_night_nor_held_a_whole_day(now: datetime):
    at = timing.send_at(now, HOURS, sent_today=0, cap=3, is_urgent=False)
    assert time(8) <= local(at).time() < time(20)
    assert timedelta(0) <= at - now <= timedelta(hours=13)


def test_the_cap_holds_till_tomorrow_but_not_what_is_urgent():
    held = timing.send_at(NOON, HOURS, sent_today=3, cap=3, is_urgent=False)
    assert held == instant(date(2026, 11, 24), time(8))
    assert timing.send_at(NOON, HOURS, sent_today=3, cap=3, is_urgent=True) == NOON


def test_tries_lie_further_and_further_apart():
    pauses = [timing.next_try(n, 0.5) for n in (1, 2, 3, 20)]
    assert pauses == [timedelta(seconds=s) for s in (5, 10, 20, 900)]


def test_a_reminder_comes_the_day_before_at_ten_across_the_clock_change():
    starts = instant(date(2026, 10, 25), time(14))
    assert timing.remind_at(starts) == instant(date(2026, 10, 24), time(10))


def test_the_post_takes_five_weekdays_and_rests_at_christmas():
    before_christmas = instant(date(2026, 12, 18), time(9))
    assert not timing.post_arrives(before_christmas, instant(date(2026, 12, 28), time(9)))
    assert timing.post_arrives(before_christmas, instant(date(2026, 12, 31), time(9)))


def test_an_unanswered_question_becomes_a_call_half_way():
    half = timing.ask_by_phone_at(NOON, NOON + timedelta(hours=4))
    assert half == NOON + timedelta(hours=2)


def test_nobody_is_called_again_after_it_is_too_late():
    soon = NOON + timedelta(minutes=30)
    assert timing.call_again_at(NOON, HOURS, soon) == NOON
    assert timing.call_again_at(NOON, HOURS, None) == NOON + timedelta(hours=2)


@pytest.mark.parametrize("text", ["JA", "ja!", " Ja tak. ", "j", "Ja takk", "ja tack"])
def test_a_yes(text: str):
    assert answers.read_answer(text) is True


@pytest.mark.parametrize("text", ["NEJ", "nej tak", "N", "NEI", "Nei takk", "nej tack"])
def test_a_no(text: str):
    assert answers.read_answer(text) is False


@pytest.mark.parametrize(
    ("text", "language", "is_yes"),
    [
        ("EVET", "tr", True),
        ("HAYIR", "tr", False),
        ("Hayır, teşekkürler!", "tr", False),
        ("نعم", "ar", True),
        ("لا، شكراً", "ar", False),
        ("Tak", "pl", True),
        ("nie dziękuję", "pl", False),
        ("Nein danke", "de", False),
        ("Yes", "da", True),
        ("ja tak", "pl", True),
        ("nej", "ar", False),
    ],
)
def test_an_answer_in_the_language_it_was_asked_in(text: str, language: str, *, is_yes: bool):
    assert answers.read_answer(text, language) is is_yes


@pytest.mark.parametrize(
    ("text", "language"),
    [("tak", "da"), ("nie", "da"), ("evet", "da"), ("nej tak", "pl"), ("no", "pl"), ("tak", "de")],
)
def test_a_word_that_may_mean_two_things_is_read_by_a_person(text: str, language: str):
    assert answers.read_answer(text, language) is None


@pytest.mark.parametrize("text", ["", "Ja men ikke fredag", "janej", "måske", "hvem er du?", "👍"])
def test_the_rest_a_person_reads(text: str):
    assert answers.read_answer(text) is None


def test_holes_are_filled_with_plain_words():
    said = wording.fill("Vi ses {day} i {place}.", {"day": "tirsdag", "place": "{day}"})
    assert said == "Vi ses tirsdag i {day}."


@pytest.mark.parametrize("hole", ["name", "day.__class__", "0", "", "day!r", "day:>99"])
def test_an_unknown_hole_is_refused_by_its_name(hole: str):
    with pytest.raises(wording.UnknownName) as refusal:
        wording.check(f"Hej {{{hole}}}", ["day", "place"])
    assert refusal.value.name == hole


@pytest.mark.parametrize("text", ["{", "}", "Hej {day", "{{day}}"])
def test_a_loose_brace_is_refused(text: str):
    with pytest.raises(wording.LooseBrace):
        wording.check(text, ["day"])


def test_a_question_stands_alone_and_four_things_are_told_together():
    assert bundles([1, 2, -1, 3, 4, 5], lambda one: one < 0) == [[1, 2, 3, 4], [-1], [5]]


def test_receipts_may_come_twice_and_out_of_order():
    assert follows(State.SENT, State.DELIVERED)
    assert not follows(State.DELIVERED, State.DELIVERED)
    assert not follows(State.DELIVERED, State.FAILED)
    assert not follows(State.FAILED, State.DELIVERED)
