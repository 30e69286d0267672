"""A group with people, a meeting that was held and words on each of its pages, for the demo."""

from collections.abc import Sequence
from datetime import time, timedelta
from typing import Any
from uuid import UUID

from klippekort.activities.queries import list_places
from klippekort.activities.services import remake
from klippekort.domain.calendar import local, local_day
from klippekort.domain.groups.board import About, Board
from klippekort.domain.groups.forms import FORMS
from klippekort.domain.groups.joining import Outcome
from klippekort.domain.permissions import Actor
from klippekort.groups import services
from klippekort.groups.queries.groups import get_group
from klippekort.groups.queries.learning import proposals_of
from klippekort.groups.queries.meetings import get_meeting, meetings_of
from klippekort.groups.queries.members import list_interests
from klippekort.groups.queries.sharing import materials_of
from klippekort.platform import clock
from klippekort.platform.assets import folder
from klippekort.platform.execute import execute
from klippekort.volunteers.services import anybody


def groups_and_people(
    coordinator: Actor, facilitator: Actor, citizen_ids: Sequence[UUID]
) -> dict[str, tuple[str, ...]]:
    """Set a group up in the municipality at hand, with citizens in it, and return the values of
    the addresses of its pages.
    """
    now = clock.now()
    group_id = _group(coordinator)
    leader: dict[str, Any] = {"volunteer_id": facilitator.person_id, "is_experienced": True}
    execute(services.add_leader, coordinator, group_id, **leader, now=now)
    places = [_let_in(coordinator, group_id, one) for one in dict.fromkeys(citizen_ids)]
    member_id = places[0]
    asked = services.Asked("20 12 34 56", "self", "Inge")
    waiting = UUID(execute(services.add_interest, coordinator, group_id, asked, now=now))
    meetings = [row.id for row in meetings_of(group_id)]
    execute(_hold, meetings[0])
    common = _in_common(coordinator, group_id, meetings[1])
    execute(services.write_note, coordinator, group_id, "De hjælper hinanden.", now=now)
    execute(services.propose, coordinator, group_id, "ride", "En fælles bil.", now=now)
    execute(
        services.ask_for_group,
        anybody(),
        services.Wish(FORMS["convener"].theme, "da"),
        "20 12 34 57",
        source="self",
        now=now,
    )
    return {
        "form_code": ("leaderless",),
        "group_id": (str(group_id),),
        "member_id": (str(waiting),),
        "groups.leave:member_id": (str(member_id),),
        "groups.show_to_proxy:member_id": (str(member_id),),
        "meeting_id": (str(meetings[1]),),
        **{
            f"groups.{page}:meeting_id": (str(meetings[0]),)
            for page in ("tap", "paper", "short_form", "guest_form")
        },
        **common,
        "interest_id": (str(list_interests()[-1].id),),
        "proposal_id": (str(proposals_of(get_group(group_id))[0].id),),
    }


def _let_in(coordinator: Actor, group_id: UUID, citizen_id: UUID) -> UUID:
    now = clock.now()
    member_id = UUID(execute(services.suggest, coordinator, group_id, citizen_id, now=now))
    execute(services.note_talk, coordinator, member_id, services.Talk(Outcome.FITS), now=now)
    execute(services.offer, coordinator, member_id, now=now)
    execute(services.answer, coordinator, member_id, says_yes=True, now=now)
    return member_id


def _hold(meeting_id: UUID) -> None:
    """Let a meeting have been held yesterday, as one after which the group is asked."""
    meeting = get_meeting(meeting_id)
    lasts = meeting.ends_at - meeting.starts_at
    meeting.starts_at = clock.now() - timedelta(days=1)
    meeting.ends_at = meeting.starts_at + lasts
    meeting.state, meeting.head_count, meeting.is_evaluated = "held", 4, True


def _in_common(coordinator: Actor, group_id: UUID, meeting_id: UUID) -> dict[str, tuple[str, ...]]:
    """Share things with a group, write on its board, and let somebody come to see."""
    now = clock.now()
    execute(services.set_board, coordinator, group_id, Board.OPEN, now=now)
    with_board = local(now).replace(hour=10) + timedelta(days=(7 - local(now).weekday()) % 7)
    words = "Vi mødes kl. 14.30."
    execute(services.post, coordinator, group_id, About.TIME, words, now=with_board)
    link = services.Shared("Sange", "link", url="https://eksempel.dk/sange")
    drawn = (folder("static") / "icons" / "app-192.png").read_bytes()
    made = remake(drawn)
    paper = services.Shared("Kort", "picture", content=made.large)
    for shared in (link, paper):
        execute(services.share, coordinator, group_id, shared, now=now)
    put = execute(
        services.put_picture, coordinator, group_id, "person", made, text="Karin", now=now
    )
    execute(services.open_page, coordinator, group_id, now=now)
    told = "Nu er der mere kaffe."
    execute(services.tell_change, coordinator, group_id, told, now=now)
    visit: dict[str, Any] = {"first_name": "Else", "contact": "20 12 34 58"}
    visit_id = execute(services.invite, coordinator, meeting_id, **visit, now=now)
    token = get_group(group_id).page_token or ""
    shown = next(one for one in materials_of(group_id) if one.kind == "picture")
    pages = ("guest_page", "guest_form", "guest_picture", "guest_material")
    return {
        "material_id": (str(shown.id),),
        "visit_id": (str(visit_id),),
        "groups.picture:word": ("stedet", "doeren"),
        **{
            f"groups.{page}:picture_id": (str(put),)
            for page in ("show_picture", "guest_picture", "own_picture")
        },
        **{f"groups.{page}:token": (token,) for page in pages},
    }


def _group(coordinator: Actor) -> UUID:
    """Make a group that meets a week from now, and return its id."""
    form, now = FORMS["convener"], clock.now()
    details = services.Details(
        neutral_name="Onsdagsgruppen",
        aim="At mødes",
        target="",
        place_id=list_places()[0].id,
        room="",
        online_url=None,
        welcome="Karin med det røde tørklæde",
        agreement_until=None,
        celebrates=True,
    )
    shape = services.Shape(
        form=form.code,
        theme=form.theme,
        anonymity=form.anonymity,
        language="da",
        smallest=form.smallest,
        largest=form.largest,
        meetings=form.meetings,
        rhythm_days=form.rhythm_days,
        minutes=form.minutes,
        facilitators=form.facilitators,
        months_since_loss=form.months_since_loss,
        open_until=form.open_until,
        first_on=local_day(now) + timedelta(days=7),
        starts=time(14),
        rules="Det, vi fortæller hinanden, bliver her.",
    )
    return UUID(execute(services.set_up, coordinator, details, shape, now=now))
