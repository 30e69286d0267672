"""Whatever leaves a group's own pages calls it by its neutral name, or does not call it at all."""

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import time, timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.wrappers import Response

from klippekort.domain.groups.anonymity import Anonymity
from klippekort.domain.groups.forms import Theme
from klippekort.domain.groups.joining import Outcome
from klippekort.domain.permissions import ALLOWED, Actor
from klippekort.domain.trips import Transport
from klippekort.groups import services
from klippekort.groups.forms.words import THEMES
from klippekort.groups.queries import meeting_address
from klippekort.messages.models import OutboxMessage
from klippekort.platform.auth import access_of
from klippekort.platform.db import db
from klippekort.platform.i18n import force_locale
from klippekort.trips.models import Trip
from klippekort.trips.services.agreements import AgreementOrder, agree, book_day
from tests.builders import MONDAY, a_card, a_shift
from tests.cast import Cast
from tests.integration.groups.arrange import (
    TUESDAY,
    a_group,
    a_place,
    details,
    here,
    meetings_now,
    run,
)
from tests.integration.groups.conftest import Browse
from tests.integration.groups.test_anonymity import places_of

AIM, TARGET, HOUSE = "Qzxformaal", "Qzxmaalgruppe", "Qzxsorghuset"


@dataclass(frozen=True)
class Scene:
    """A trip to a meeting of a group that goes by names, about something heavy, and its parts."""

    group_id: UUID
    meeting_id: UUID
    trip_id: UUID


@pytest.fixture
def scene(cast: Cast) -> Scene:
    """Ellen is in the group, has a trip to its meeting, and then the meeting moves."""
    place_id = a_place(HOUSE)
    group_id = a_group(
        cast,
        "bereavement",
        name="Tirsdagsstuen",
        place_id=place_id,
        anonymity=Anonymity.NAMED,
        months_since_loss=None,
    )
    told = replace(details("Tirsdagsstuen", place_id), aim=AIM, target=TARGET)
    run(services.change_details, cast.karen, group_id, told, now=MONDAY)
    member_id = UUID(run(services.suggest, cast.karen, group_id, cast.ellen, now=MONDAY))
    talk = services.Talk(Outcome.FITS)
    run(services.note_talk, cast.karen, member_id, talk, now=MONDAY)
    run(services.offer, cast.karen, member_id, now=MONDAY)
    run(services.answer, cast.karen, member_id, says_yes=True, now=MONDAY)
    meeting = meetings_now(group_id)[0]
    at = MONDAY.replace(day=1, month=12, hour=9)
    run(services.move_meeting, cast.karen, meeting.id, at, now=MONDAY)
    _book(cast, meeting.id)
    later = at + timedelta(days=1)
    run(services.move_meeting, cast.karen, meeting.id, later, now=MONDAY)
    trip_id = here(lambda: db.session.scalars(select(Trip.id)).one())
    return Scene(group_id, meeting.id, trip_id)


def _book(cast: Cast, meeting_id: UUID) -> None:
    """Book a trip as the meeting's page says: an address, a time, the word."""
    a_card(cast, cast.ellen)
    a_shift(cast.bo, TUESDAY)
    where = here(meeting_address, meeting_id)
    order = AgreementOrder(
        citizen_id=cast.ellen,
        activity_id=None,
        destination=where.word,
        address=where.address,
        postcode=where.postcode,
        kind="talk",
        weekday=TUESDAY.weekday(),
        every_weeks=2,
        starts=time(10),
        minutes=120,
        travel_each_way=10,
        transport=Transport.WALK,
        care_worker_id=cast.bo.person_id,
        agreed_how="said",
        from_on=TUESDAY,
    )
    made = UUID(run(agree, cast.karen, order, now=MONDAY))
    assert run(book_day, cast.karen, made, TUESDAY, now=MONDAY) is not None


def telling() -> set[str]:
    """Return all words that tell a theme, in small letters."""
    words = {AIM, TARGET, HOUSE, *(str(THEMES[theme]) for theme in Theme)}
    with force_locale("en_GB"):
        words |= {str(THEMES[theme]) for theme in Theme}
    return {word.casefold() for word in words}


def pages(
    app: Flask, browse: Browse, actor: Actor, scene: Scene, citizen_id: UUID
) -> Iterator[str]:
    """Yield the address and text of all that somebody may open outside the groups' own pages."""
    client, adapter = browse(actor), app.url_map.bind("localhost")
    known = {"citizen_id": citizen_id, "trip_id": scene.trip_id, "slug": "lindeby"}
    for rule in app.url_map.iter_rules():
        access = access_of(app.view_functions[rule.endpoint])
        if access is None or "GET" not in (rule.methods or set()):
            continue
        is_own = rule.endpoint.startswith("groups.") and rule.endpoint != "groups.of_citizen"
        is_open = access.action is None or actor.role in ALLOWED[access.action]
        if not is_own and is_open and rule.arguments <= set(known):
            path = adapter.build(rule.endpoint, {one: known[one] for one in rule.arguments})
            with client.get(path) as answer:
                yield f"{path}\n{_read(answer)}"


def _read(answer: Response) -> str:
    """Return what a page or a paper says."""
    if answer.mimetype != "application/pdf":
        return str(answer.data.decode("utf-8", "replace"))
    read = ["pdftotext", "-layout", "-", "-"]
    said = subprocess.run(read, input=answer.data, capture_output=True, check=True)
    return str(said.stdout.decode())


def test_no_page_list_calendar_or_paper_tells_a_theme(
    app: Flask, browse: Browse, cast: Cast, scene: Scene
):
    words, seen, named = telling(), set(), set()
    everybody = (cast.karen, cast.bo, cast.ida, cast.asta)
    for page in (one for who in everybody for one in pages(app, browse, who, scene, cast.ellen)):
        path, text = page.split("\n", 1)
        seen.add(path)
        if "Tirsdagsstuen" in text:
            named.add(path)
        # The list of places is the coordinator's own: houses stand there with their names.
        if path.startswith(("/aktiviteter/steder", "/aktiviteter/ny")):
            continue
        assert [word for word in words if word in text.casefold()] == [], path
    assert len(seen) > 40
    assert len([path for path in seen if path.split("?")[0].endswith(".pdf")]) >= 2
    assert named == {f"/borgere/{cast.ellen}/grupper"}


def test_no_message_or_call_tells_a_theme_or_the_group(cast: Cast, scene: Scene):
    messages = here(lambda: db.session.scalars(select(OutboxMessage)).all())
    assert "address_closed" in {one.kind for one in messages}
    in_messages = {
        (table, column)
        for table, column in places_of(
            *telling(),
            "Tirsdagsstuen",
            str(scene.group_id),
            scene.group_id.hex,
            str(scene.meeting_id),
            scene.meeting_id.hex,
        )
        if table.startswith(("outbox", "trip", "standing", "audit_citizen"))
    }
    assert in_messages == set()
