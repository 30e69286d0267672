"""What must hold of every replayed life, whatever happens in it."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.lab.playing import WEEKLY_HOUR, line, on, play

START = date(2025, 1, 6)
DAYS = st.integers(min_value=0, max_value=180)
RULES = st.sampled_from(
    [
        "",
        '[saving.caps.most]\nminutes = 240\nat_cap = "refuse"\n',
        '[saving.caps.most]\nminutes = 240\nat_cap = "oldest_lapse"\n',
        '[expiry]\nrolling = "6 weeks"\nquarter_end = true\n',
        '[saving.caps.weeks]\nperiods = 3\nat_cap = "oldest_lapse"\n',
    ]
)
PAUSE = "[pauses.any]\naccrues = false\nusable = false\nextends_expiry = {}\n"
COSTS = '[cancelling]\nno_show = "full"\n[cancelling.citizen]\ncharge = "free"\n'


def day(number: int) -> str:
    """Return the day so many days into the life."""
    return (START + timedelta(days=number)).isoformat()


@st.composite
def lives(draw: st.DrawFn) -> list[dict[str, str]]:
    """Return a life of trips, corrections and stays that do not overlap."""
    rows = [line(day(0), "grant")]
    for number, at in enumerate(draw(st.lists(DAYS, max_size=8))):
        minutes = draw(st.integers(min_value=1, max_value=200))
        ordered = day(max(0, at - draw(st.integers(min_value=0, max_value=40))))
        rows.append(
            line(f"{day(at)}T10:00", "trip", ref=f"t{number}", minutes=minutes, ordered_at=ordered)
        )
        outcome = draw(st.sampled_from(["done", "no_show", "cancel", ""]))
        if outcome == "done":
            took = draw(st.integers(min_value=1, max_value=240))
            rows.append(line(f"{day(at)}T15:00", "done", ref=f"t{number}", minutes=took))
        elif outcome:
            by = {"by": "citizen"} if outcome == "cancel" else {}
            rows.append(line(f"{day(at)}T09:00", outcome, ref=f"t{number}", **by))
    begins = 0
    for _ in range(draw(st.integers(min_value=0, max_value=3))):
        begins += draw(st.integers(min_value=1, max_value=50))
        until = begins + draw(st.integers(min_value=0, max_value=30))
        rows.append(line(day(begins), "absence", kind="hospital", until=day(until)))
        begins = until + 1
    for at in draw(st.lists(DAYS, max_size=3)):
        minutes = draw(st.integers(min_value=-100, max_value=100).filter(bool))
        rows.append(line(day(at), "adjust", minutes=minutes, reason="counted"))
    return rows


@given(rows=lives(), rules=RULES, extends=st.sampled_from(["true", "false"]))
@settings(max_examples=40, deadline=None)
def test_looking_more_often_changes_nothing(
    rows: list[dict[str, str]], rules: str, extends: str
) -> None:
    scheme = WEEKLY_HOUR + rules + PAUSE.format(extends) + COSTS
    once = play(scheme, *rows, on=day(200))
    often = play(scheme, *rows, on=" ".join(day(number) for number in range(20, 201, 9)))
    assert on(once, day(200)) == on(often, day(200))
    assert once.events == often.events


@given(rows=lives(), rules=RULES, extends=st.sampled_from(["true", "false"]))
@settings(max_examples=40, deadline=None)
def test_every_minute_that_came_is_left_used_lapsed_or_taken_off(
    rows: list[dict[str, str]], rules: str, extends: str
) -> None:
    scheme = WEEKLY_HOUR + rules + PAUSE.format(extends) + COSTS
    card = on(play(scheme, *rows, on=day(200)), day(200))

    def total(*codes: str) -> int:
        return sum(said.minutes for said in card.said if said.code in codes)

    came = total("credit", "adjust_up") - total("adjust_down")
    left = sum(lot.minutes for lot in card.lots)
    lapsed = sum(lost.minutes for lost in card.lapsed)
    assert came == left + total("spend") + lapsed
    assert min([lot.minutes for lot in card.lots], default=1) > 0
    assert card.available >= 0
    assert card.held == total("hold") - total("release") - total("spend")


@given(
    stay=st.tuples(st.integers(1, 60), st.integers(0, 40)),
    late=st.integers(min_value=0, max_value=60),
    rules=RULES,
)
@settings(max_examples=40, deadline=None)
def test_news_that_comes_late_ends_where_it_would_have_in_time(
    stay: tuple[int, int], late: int, rules: str
) -> None:
    begins, length = stay
    known = day(begins + late)
    scheme = WEEKLY_HOUR + rules + PAUSE.format("false")
    said = {"kind": "hospital", "until": day(begins + length)}
    in_time = play(scheme, line(day(0), "grant"), line(day(begins), "absence", **said), on=day(150))
    told_late = play(
        scheme,
        line(day(0), "grant"),
        line(day(begins), "absence", known=known, **said),
        on=day(150),
    )
    assert on(told_late, day(150)).lots == on(in_time, day(150)).lots
    assert on(told_late, day(150)).lapsed == on(in_time, day(150)).lapsed
