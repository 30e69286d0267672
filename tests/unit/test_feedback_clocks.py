"""The clocks of what people think."""

from datetime import date

from klippekort.domain.feedback import (
    Clock,
    Course,
    Due,
    Kind,
    Times,
    due,
    is_in_time,
    late,
    office_days_after,
    waits_for,
)

FRIDAY, MONDAY = date(2026, 11, 20), date(2026, 11, 23)
COMPLAINT = Due(date(2026, 11, 25), date(2026, 12, 18))


def test_weekends_do_not_count():
    assert office_days_after(FRIDAY, 1) == MONDAY


def test_days_the_office_is_closed_do_not_count():
    # The 24th, Christmas, a weekend: the next office day is Monday the 28th.
    assert office_days_after(date(2026, 12, 23), 1) == date(2026, 12, 28)


def test_only_complaints_are_to_be_acknowledged():
    times = Times(answer=10, acknowledge=3, complaint=20)
    assert due(Kind.IDEA, FRIDAY, times) == Due(None, date(2026, 12, 4))
    assert due(Kind.COMPLAINT, FRIDAY, times) == Due(date(2026, 11, 25), date(2026, 12, 18))


def test_a_complaint_waits_first_to_be_acknowledged():
    assert waits_for(Course(COMPLAINT)) is Clock.ACKNOWLEDGE
    assert waits_for(Course(COMPLAINT, acknowledged_on=MONDAY)) is Clock.ANSWER
    assert waits_for(Course(COMPLAINT, MONDAY, MONDAY)) is None


def test_the_last_day_is_still_in_time():
    assert late(Course(COMPLAINT), date(2026, 11, 25)) == ()
    assert late(Course(COMPLAINT), date(2026, 11, 26)) == (Clock.ACKNOWLEDGE,)


def test_what_was_late_stays_late():
    course = Course(COMPLAINT, date(2026, 11, 26), date(2026, 11, 27))
    assert late(course, date(2027, 1, 1)) == (Clock.ACKNOWLEDGE,)


def test_an_answer_at_once_is_an_acknowledgement_too():
    assert late(Course(COMPLAINT, answered_on=MONDAY), date(2027, 1, 1)) == ()


def test_nobody_is_in_time_before_the_answer():
    assert is_in_time(Course(COMPLAINT)) is None
    assert is_in_time(Course(COMPLAINT, answered_on=date(2026, 12, 21))) is False
