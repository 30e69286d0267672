"""When a card ends, which booked trips are put up for calling off, and on which day."""

import pytest

from tests.unit.lab.playing import WEEKLY_HOUR, line, play

GRANT = line("2025-01-06", "grant")
LAPSE = WEEKLY_HOUR + '[ending]\ndeath = "lapse"\nother = "lapse"\n'
USE_UP = WEEKLY_HOUR + '[ending]\nsupplier = "use_up"\nmoved = "use_up"\n'


def trip(at: str, ordered: str = "2025-02-20T09:00", **said: object) -> dict[str, str]:
    """Return a trip that has its day for a name."""
    return line(
        f"{at}T10:00", "trip", **{"ref": at[5:], "minutes": 60, "ordered_at": ordered} | said
    )


def called_off(rows: list[dict[str, str]], scheme: str = LAPSE) -> list[tuple[str, str, str]]:
    """Return the trips to be called off: the day that is asked, the trip, and the rule."""
    answer = play(scheme, GRANT, *rows, on="2025-04-30")
    found = [task for task in answer.tasks if task.kind == "cancel_trip"]
    return [(task.on.isoformat(), task.ref, task.rule) for task in found]


@pytest.mark.parametrize("kind", ["death", "other"])
@pytest.mark.parametrize("known", ["", "2025-02-25", "2025-03-05", "2025-03-10"])
def test_an_end_has_booked_trips_called_off_on_the_day_it_is_known(kind: str, known: str) -> None:
    end = line("2025-03-05", "end", kind=kind, known=known)
    told = known or "2025-03-05"
    assert called_off([trip("2025-03-20"), end]) == [(told, "03-20", "not_active")]


def test_an_end_told_late_leaves_what_is_over_and_takes_what_was_ordered_meanwhile() -> None:
    rows = [
        trip("2025-03-07"),
        line("2025-03-07T12:00", "done", ref="03-07", minutes=60),
        trip("2025-03-08"),
        trip("2025-03-18"),
        line("2025-03-09", "cancel", ref="03-18", by="citizen"),
        trip("2025-03-19", "2025-03-06T09:00"),
        trip("2025-03-20"),
        line("2025-03-15", "cancel", ref="03-20", by="citizen"),
        line("2025-03-05", "end", kind="death", known="2025-03-10"),
    ]
    assert called_off(rows, LAPSE + '[cancelling.citizen]\ncharge = "free"\n') == [
        ("2025-03-10", "03-20", "not_active"),
        ("2025-03-10", "03-19", "not_active"),
    ]


def test_two_ends_told_late_call_a_trip_off_once() -> None:
    rows = [
        trip("2025-03-20"),
        line("2025-03-05", "end", kind="death", known="2025-03-10"),
        line("2025-03-06", "end", kind="death", known="2025-03-12"),
    ]
    assert called_off(rows) == [("2025-03-10", "03-20", "not_active")]


def test_an_end_told_late_is_written_about_on_the_day_it_is_known() -> None:
    law = '[law]\nbasis = "serviceloven"\ndecision = true\n'
    end = line("2025-03-05", "end", kind="other", known="2025-03-10")
    answer = play(LAPSE + law, GRANT, end, on="2025-03-31")
    found = [(post.kind, post.on.isoformat()) for post in answer.letters]
    assert found == [("decision", "2025-01-06"), ("change", "2025-03-10")]


@pytest.mark.parametrize("known", ["", "2025-02-25", "2025-03-10"])
@pytest.mark.parametrize("kind", ["supplier", "moved"])
def test_what_may_be_used_up_leaves_the_trips_it_pays(kind: str, known: str) -> None:
    end = line("2025-03-05", "end", kind=kind, known=known)
    assert called_off([trip("2025-03-20"), end], USE_UP) == []


def test_what_may_be_used_up_leaves_no_trip_on_a_day_when_all_has_lapsed() -> None:
    scheme = USE_UP + '[expiry]\nrolling = "4 weeks"\n'.replace('"4 weeks"', '["4 weeks"]')
    rows = [trip("2025-03-20"), trip("2025-04-25"), line("2025-03-05", "end", kind="supplier")]
    assert called_off(rows, scheme) == [("2025-03-05", "04-25", "not_active")]


def test_a_trip_booked_long_before_is_called_off_however_many_were_ordered_since() -> None:
    early = trip("2025-03-20", "2025-01-07T09:00", minutes=1)
    many = [
        trip("2025-02-01", "2025-01-08T09:00", ref=f"t{number}", minutes=1) for number in range(210)
    ]
    end = line("2025-03-05", "end", kind="death")
    assert ("2025-03-05", "03-20", "not_active") in called_off([early, *many, end])


@pytest.mark.parametrize("known", ["", "2025-03-10"])
def test_terms_by_which_the_scheme_ends_call_off_what_lies_after_it(known: str) -> None:
    new = "runs_until = 2025-03-20\n" + LAPSE
    rows = [trip("2025-03-20"), trip("2025-03-21")]
    change = line("2025-03-05", "terms", terms="new.toml", known=known)
    answer = play(LAPSE, GRANT, *rows, change, on="2025-04-30", terms={"new.toml": new})
    found = [(task.on.isoformat(), task.ref) for task in answer.tasks if task.kind == "cancel_trip"]
    assert found == [(known or "2025-03-05", "03-21")]
