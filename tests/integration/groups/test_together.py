"""The board, what is shared, who comes to see, what members say, and what they become."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import time, timedelta
from io import BytesIO
from typing import Any
from uuid import UUID

import pikepdf
import pytest
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from klippekort.domain.calendar import local_day
from klippekort.domain.errors import Forbidden, NotFound
from klippekort.domain.groups.anonymity import Anonymity
from klippekort.domain.groups.board import About, Board
from klippekort.domain.groups.handing_over import Task
from klippekort.domain.groups.joining import Outcome, Reason
from klippekort.domain.groups.life import Milestone, Step
from klippekort.domain.permissions import Actor, Role
from klippekort.groups import services
from klippekort.groups.jobs import clear_boards
from klippekort.groups.models import GroupMember, GroupPost, GroupVisit
from klippekort.groups.queries import replies
from klippekort.groups.queries.board import posts_of
from klippekort.groups.queries.groups import get_group
from klippekort.groups.queries.meetings import get_meeting
from klippekort.groups.queries.members import find_citizen_row, may_show_to_proxy
from klippekort.groups.queries.sharing import materials_of, pictures_of
from klippekort.groups.queries.visits import outcomes, visits_of
from klippekort.platform import events
from klippekort.platform.db import db
from klippekort.platform.tenancy import acting_for
from klippekort.volunteers.models import VolunteerApplication
from tests.builders import MONDAY
from tests.cast import HOME, Cast
from tests.integration.activities.looking import faults_at
from tests.integration.groups.arrange import (
    a_group,
    a_place,
    a_running_group,
    days_on,
    details,
    group_now,
    here,
    interest,
    joined,
    let_in,
    line_now,
    meetings_now,
    press,
    run,
)
from tests.integration.groups.conftest import Browse
from tests.integration.groups.test_anonymity import places_of
from tests.integration.tablet import StandingClock


def a_paper() -> bytes:
    """Return a PDF of an empty page that runs a script when it is opened."""
    made, out = pikepdf.new(), BytesIO()
    made.add_blank_page()
    made.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="1")
    made.save(out, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    return out.getvalue()


PDF = a_paper()

WORDS = "Vi mødes en halv time senere, husk qzxkage"


def a_photo() -> bytes:
    written = BytesIO()
    picture = Image.new("RGB", (40, 30), (200, 30, 30))
    exif = picture.getexif()
    exif[0x010E] = "hemmeligt sted"
    picture.save(written, "JPEG", exif=exif)
    return written.getvalue()


@pytest.fixture
def named(cast: Cast) -> UUID:
    """A group that goes by names, with Ellen in it."""
    group_id = a_group(cast, "self_help", place_id=a_place())
    member_id = UUID(run(services.suggest, cast.karen, group_id, cast.ellen, now=MONDAY))
    let_in(cast, member_id)
    return group_id


@pytest.fixture
def karen(browse: Browse, cast: Cast) -> FlaskClient:
    return browse(cast.karen)


@pytest.fixture
def ellen(cast: Cast) -> Actor:
    """Ellen herself, behind her card and PIN."""
    return Actor(HOME, Role.CITIZEN, person_id=cast.ellen)


def words_on(group_id: UUID, now: Any = MONDAY) -> list[str]:
    return [one.words for one in here(lambda: posts_of(get_group(group_id), now))]


def open_board(cast: Cast, group_id: UUID, board: Board = Board.OPEN) -> None:
    run(services.set_board, cast.karen, group_id, board, now=MONDAY)


def write(cast: Cast, group_id: UUID, now: Any = MONDAY) -> None:
    run(services.post, cast.karen, group_id, About.TIME, WORDS, now=now)


# The board.


def test_a_group_has_no_board_until_it_is_given_one(cast: Cast, named: UUID):
    with pytest.raises(services.BoardClosed):
        write(cast, named)


@pytest.mark.parametrize("code", ["bereavement", "anonymous"])
def test_only_groups_by_name_have_a_board(cast: Cast, code: str):
    group_id = a_group(cast, code)
    with pytest.raises(services.KeepsNoNames):
        open_board(cast, group_id)


def test_the_table_itself_refuses_a_board_without_names(cast: Cast):
    group_id = a_group(cast, "bereavement")
    row = {"group_id": group_id, "kind": "time", "anonymity": "first_name"}
    post = GroupPost(**row, words_sealed=b"x", writer_sealed=b"x", written_at=MONDAY)
    with pytest.raises(IntegrityError):
        run(lambda: db.session.add(post))


def test_members_write_only_where_it_is_open(cast: Cast, named: UUID, ellen: Actor):
    open_board(cast, named, Board.LEADERS)
    with pytest.raises(services.BoardClosed):
        run(services.post_as_member, ellen, named, About.RIDE, WORDS, now=MONDAY)
    open_board(cast, named)
    run(services.post_as_member, ellen, named, About.RIDE, WORDS, now=MONDAY)
    assert words_on(named) == [WORDS]


def test_who_is_not_in_the_group_does_not_write(cast: Cast, ellen: Actor):
    other = a_group(cast, "conversation", name="Fredagsgruppen")
    open_board(cast, other)
    with pytest.raises(NotFound):
        run(services.post_as_member, ellen, other, About.RIDE, WORDS, now=MONDAY)


def test_the_board_is_closed_while_nobody_minds_it(
    browse: Browse, cast: Cast, named: UUID, clock_stands: StandingClock
):
    said = services.Minding(time(9), time(12), False, "+4544556677", None, "")
    run(services.save_settings, cast.karen, said, now=MONDAY)
    open_board(cast, named)
    evening = days_on(hours=9)
    with pytest.raises(services.BoardClosed):
        write(cast, named, evening)
    clock_stands.at = evening
    page = browse(cast.karen).get(f"/grupper/{named}/opslag").text
    assert 'href="tel:+4544556677"' in page
    assert 'name="words"' not in page


def test_a_message_is_gone_after_two_weeks(cast: Cast, named: UUID):
    open_board(cast, named)
    write(cast, named)
    later = days_on(days=14)
    assert words_on(named, later) == []
    with acting_for(HOME):
        assert clear_boards(later.date(), later).done == 1
        assert db.session.scalars(select(GroupPost)).all() == []


def test_what_stands_on_a_board_is_nowhere_in_clear(karen: FlaskClient, cast: Cast, named: UUID):
    open_board(cast, named)
    said = {"about": "time", "words": WORDS}
    assert press(karen, f"/grupper/{named}/opslag", **said).status_code == 303
    assert places_of("qzxkage") == set()
    assert "qzxkage" not in karen.get("/borgere?q=qzxkage").text.replace('value="qzxkage"', "")


def test_a_promise_that_grows_takes_the_board_down(cast: Cast, named: UUID):
    open_board(cast, named)
    write(cast, named)
    run(services.raise_anonymity, cast.karen, named, Anonymity.FIRST_NAME, now=MONDAY)
    assert (group_now(named).board, words_on(named)) == ("off", [])


@pytest.mark.parametrize(("field", "typed"), [("about", ""), ("words", ""), ("words", "x" * 241)])
def test_a_message_is_short_and_practical(
    karen: FlaskClient, cast: Cast, named: UUID, field: str, typed: str
):
    open_board(cast, named)
    said = {"about": "time", "words": "Kl. 15", field: typed}
    answer = press(karen, f"/grupper/{named}/opslag", **said)
    assert (answer.status_code, f'id="{field}-error"' in answer.text) == (422, True)


# What is shared.


def share(client: FlaskClient, group_id: UUID, name: str, content: bytes, **more: Any) -> Any:
    said = {"title": "Kaffekort", "file": (BytesIO(content), name), **more}
    return press(client, f"/grupper/{group_id}/materiale", **said)


def test_a_photo_is_shared_without_its_history(karen: FlaskClient, named: UUID):
    assert share(karen, named, "kaffe.jpg", a_photo()).status_code == 303
    [row] = here(materials_of, named)
    sent = karen.get(f"/grupper/materiale/{row.id}")
    assert (row.kind, sent.mimetype, b"hemmeligt" in sent.data) == ("picture", "image/jpeg", False)


def test_a_paper_is_handed_over_as_a_file(karen: FlaskClient, named: UUID):
    meeting = meetings_now(named)[0]
    assert share(karen, named, "a.pdf", PDF, meeting=str(meeting.id)).status_code == 303
    [row] = here(materials_of, named)
    sent = karen.get(f"/grupper/materiale/{row.id}")
    assert (sent.mimetype, sent.data[:5]) == ("application/pdf", b"%PDF-")
    assert b"/OpenAction" in PDF
    assert b"/OpenAction" not in sent.data
    assert "attachment" in sent.headers["Content-Disposition"]
    assert "Kaffekort" in karen.get(f"/grupper/moeder/{meeting.id}").text


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>"),
        ("a.jpg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("a.pdf", PDF[: len(PDF) // 3]),
    ],
)
def test_what_acts_is_refused(karen: FlaskClient, named: UUID, name: str, content: bytes):
    answer = share(karen, named, name, content)
    assert (answer.status_code, 'id="file-error"' in answer.text) == (422, True)
    assert here(materials_of, named) == []


@pytest.mark.parametrize(
    "said",
    [{"url": "http://x.dk"}, {"url": "javascript:alert(1)"}, {"url": ""}, {"url": "https://"}],
)
def test_a_link_is_a_safe_one(karen: FlaskClient, named: UUID, said: dict[str, str]):
    answer = press(karen, f"/grupper/{named}/materiale", title="Kort", **said)
    assert (answer.status_code, 'id="url-error"' in answer.text) == (422, True)


def put_picture(client: FlaskClient, group_id: UUID, word: str, **said: Any) -> Any:
    told = {"text": "En grøn dør", "said_yes": "y", "file": (BytesIO(a_photo()), "a.jpg"), **said}
    return press(client, f"/grupper/{group_id}/billede/{word}", **told)


def test_nobody_is_shown_who_has_not_said_yes(karen: FlaskClient, named: UUID):
    assert put_picture(karen, named, "doeren", said_yes="").status_code == 422
    assert put_picture(karen, named, "doeren").status_code == 303
    assert put_picture(karen, named, "doeren").status_code == 303
    assert list(here(pictures_of, named)) == ["person"]


# The page for those who come.


def open_page(cast: Cast, group_id: UUID) -> str:
    run(services.open_page, cast.karen, group_id, now=MONDAY)
    return f"/grupper/side/lindeby/{group_now(group_id).page_token}"


@pytest.mark.parametrize("code", ["self_help", "bereavement", "anonymous"])
def test_whoever_comes_sees_who_meets_them_and_no_theme(
    client: FlaskClient, karen: FlaskClient, cast: Cast, code: str
):
    group_id = a_group(cast, code, place_id=a_place())
    put_picture(karen, group_id, "stedet")
    share(karen, group_id, "a.pdf", PDF)
    address = open_page(cast, group_id)
    page = client.get(address).text
    assert "Karin med det røde tørklæde" in page
    assert "Kirkevej 3" in page
    for path in (part.split('"')[0] for part in page.split(f'="{address}/')[1:]):
        assert client.get(f"{address}/{path}").status_code == 200
    assert faults_at(client, address) == []


def test_the_next_meeting_is_the_next_though_one_was_moved_past_it(
    client: FlaskClient, cast: Cast, named: UUID
):
    first, second, third = meetings_now(named)[:3]
    to = second.starts_at + timedelta(days=1)
    run(services.move_meeting, cast.karen, first.id, to, now=MONDAY)
    page = client.get(open_page(cast, named)).text
    when = [str(local_day(at).day) + "." for at in (second.starts_at, to, third.starts_at)]
    assert re.findall(r"<li>\w+ den (\d+\.)", page) == when


def test_a_page_that_is_closed_is_not_found(client: FlaskClient, cast: Cast, named: UUID):
    address = open_page(cast, named)
    run(services.close_page, cast.karen, named, now=MONDAY)
    assert client.get(address).status_code == 404


def test_another_groups_things_are_not_on_it(client: FlaskClient, karen: FlaskClient, cast: Cast):
    mine, other = a_group(cast, "self_help"), a_group(cast, "cafe", name="Fredagscafeen")
    share(karen, other, "a.pdf", PDF)
    [row] = here(materials_of, other)
    assert client.get(f"{open_page(cast, mine)}/materiale/{row.id}").status_code == 404


def a_held_meeting(cast: Cast, group_id: UUID, came: int) -> Any:
    """Let the first meeting be held, as one after which the group is asked."""
    meeting = meetings_now(group_id)[0]
    run(services.hold_meeting, cast.karen, meeting.id, services.Held(came), now=meeting.ends_at)

    def ask() -> None:
        get_meeting(meeting.id).is_evaluated = True

    run(ask)
    return meeting


def test_those_who_came_tap_on_their_own_telephones_and_no_more_often(
    client: FlaskClient, cast: Cast, clock_stands: StandingClock
):
    group_id = a_group(cast, "anonymous")
    meeting = a_held_meeting(cast, group_id, 2)
    clock_stands.at = meeting.ends_at
    address = open_page(cast, group_id)
    for _ in range(3):
        press(client, f"{address}/hvordan/{meeting.id}", answer="well")
    assert 'name="answer"' not in client.get(address).text
    said = {"welcome": "yes", "gain": "partly", "going_on": "yes", "words": "Mere kaffe"}
    form = f"{address}/skema/{meeting.id}"
    assert faults_at(client, form) == []
    assert press(client, form, **{**said, "gain": ""}).status_code == 422
    assert [press(client, form, **said).status_code for _ in range(3)] == [303, 303, 422]


def test_what_few_have_said_is_not_told(cast: Cast, karen: FlaskClient):
    group_id = a_group(cast, "anonymous")
    meeting = a_held_meeting(cast, group_id, 6)
    said = services.Reply("yes", "yes", "partly", "Mere kaffe")
    for number in range(6):
        if number == 4:
            told = here(replies.replies_of, group_id)["welcome"]
            assert told["yes"] is None
            assert here(lambda: replies.words_of(get_group(group_id))) == []
        run(services.reply, cast.karen, meeting.id, said, now=meeting.ends_at)
    assert here(replies.replies_of, group_id)["welcome"]["yes"] == 6
    assert len(here(lambda: replies.words_of(get_group(group_id)))) == 6
    assert faults_at(karen, "/grupper/laering") == []
    drawn = karen.get("/grupper/laering").text
    # How many came is drawn; that nobody has pressed how it was is no chart.
    assert drawn.count('role="img"') == drawn.count("<figcaption") == 1


def test_who_said_it_reads_what_was_changed(client: FlaskClient, karen: FlaskClient, cast: Cast):
    group_id = a_group(cast, "anonymous")
    address = open_page(cast, group_id)
    press(karen, f"/grupper/{group_id}/aendret", text="Nu er der mere kaffe")
    assert "Nu er der mere kaffe" in client.get(address).text
    assert places_of("mere kaffe") == set()


def test_nothing_that_is_shared_tells_what_it_is_about(karen: FlaskClient, cast: Cast):
    group_id = a_group(cast, "bereavement")
    telling = "Når sorgen rammer"
    answers = [
        press(karen, f"/grupper/{group_id}/materiale", title=telling, url="https://eksempel.dk"),
        put_picture(karen, group_id, "stedet", text=telling),
        press(karen, f"/grupper/{group_id}/aendret", text=telling),
    ]
    assert [one.status_code for one in answers] == [422] * 3


# Come and see once.


def visit(cast: Cast, group_id: UUID, name: str = "Ruth") -> UUID:
    meeting = meetings_now(group_id)[0]
    contact = f"20 12 34 56 {name}"
    made = run(
        services.invite, cast.karen, meeting.id, first_name=name, contact=contact, now=MONDAY
    )
    return UUID(made)


def test_who_comes_to_see_takes_no_place(cast: Cast):
    group_id = a_running_group(cast, "conversation", largest=3)
    visit(cast, group_id)
    with pytest.raises(services.CannotJoin) as full:
        run(services.offer, cast.karen, _ready(cast, group_id), now=MONDAY)
    assert full.value.reason is Reason.FULL
    [one] = here(lambda: visits_of(get_group(group_id)))
    assert (one.name, one.contact) == ("Ruth", "20 12 34 56 Ruth")


def _ready(cast: Cast, group_id: UUID) -> UUID:
    return interest(cast, group_id, "Anna")


@pytest.mark.parametrize("outcome", ["joins", "thinks", "no", "missed"])
def test_nothing_but_a_code_is_left_of_a_visit(cast: Cast, outcome: str):
    group_id = a_group(cast, "bereavement")
    visit_id = visit(cast, group_id)
    after = meetings_now(group_id)[0].ends_at
    run(services.close_visit, cast.karen, visit_id, outcome, now=after)
    assert here(outcomes) == {outcome: 1}
    assert ("group_visit", "first_name") not in places_of("Ruth")
    assert [one.name for one in line_now(group_id)] == (["Ruth"] if outcome == "joins" else [])


def test_what_came_of_it_is_told_after_the_meeting(cast: Cast):
    visit_id = visit(cast, a_group(cast, "bereavement"))
    with pytest.raises(services.ThatIsOver):
        run(services.close_visit, cast.karen, visit_id, "thinks", now=MONDAY)
    run(services.close_visit, cast.karen, visit_id, "off", now=MONDAY)


def test_a_group_of_heads_does_not_know_who_comes_to_see(cast: Cast):
    group_id = a_group(cast, "anonymous")
    visit(cast, group_id)
    assert [one.name for one in here(lambda: visits_of(get_group(group_id)))] == [None]


def test_who_was_to_come_is_forgotten_with_the_group(cast: Cast):
    group_id = a_group(cast, "bereavement")
    visit(cast, group_id)
    run(services.raise_anonymity, cast.karen, group_id, Anonymity.HEAD_COUNT, now=MONDAY)
    assert ("group_visit", "first_name") not in places_of("Ruth")
    run(services.end_group, cast.karen, group_id, "members", now=MONDAY)
    row = here(lambda: db.session.scalars(select(GroupVisit)).one())
    assert (row.outcome, row.contact_sealed) == ("off", None)


def test_somebody_calls_who_missed_their_first_meeting(
    browse: Browse, cast: Cast, clock_stands: StandingClock, named: UUID
):
    meeting = meetings_now(named)[0]
    run(services.hold_meeting, cast.karen, meeting.id, services.Held(0), now=meeting.ends_at)
    clock_stands.at = meeting.ends_at + timedelta(days=1)
    client = browse(cast.karen)
    [member] = here(lambda: db.session.scalars(select(GroupMember)).all())
    assert f"{member.id}/ringet" in client.get(f"/grupper/{named}").text
    press(client, f"/grupper/pladser/{member.id}/ringet")
    assert f"{member.id}/ringet" not in client.get(f"/grupper/{named}").text


def test_a_member_who_is_no_citizen_of_ours_is_called_too(
    browse: Browse, cast: Cast, clock_stands: StandingClock
):
    group_id = a_running_group(cast)
    meeting = meetings_now(group_id)[0]
    run(services.hold_meeting, cast.karen, meeting.id, services.Held(0), now=meeting.ends_at)
    clock_stands.at = meeting.ends_at + timedelta(days=1)
    page = browse(cast.karen).get(f"/grupper/{group_id}").text
    assert (page.count("/ringet"), "spørg efter Ruth" in page) == (3, True)


# What members say yes to.


@pytest.fixture
def measures() -> Iterator[list[services.MeasureDue]]:
    heard: list[services.MeasureDue] = []
    events.subscribe(services.MeasureDue, heard.append)
    yield heard
    heard.clear()


def test_who_said_yes_is_asked_at_the_start_and_at_the_end(
    cast: Cast, measures: list[services.MeasureDue]
):
    group_id = a_group(cast, "self_help")
    member_id = UUID(run(services.suggest, cast.karen, group_id, cast.ellen, now=MONDAY))
    run(services.note_talk, cast.karen, member_id, services.Talk(Outcome.FITS), now=MONDAY)
    run(services.offer, cast.karen, member_id, now=MONDAY)
    said = {"says_yes": True, "wants_measures": True}
    run(services.answer, cast.karen, member_id, **said, now=MONDAY)
    run(services.leave, cast.karen, member_id, "done", now=MONDAY)
    assert [(one.citizen_id, one.moment) for one in measures] == [
        (cast.ellen, "start"),
        (cast.ellen, "end"),
    ]


def test_nobody_is_asked_without_a_yes(
    cast: Cast, named: UUID, measures: list[services.MeasureDue]
):
    run(services.end_group, cast.karen, named, "finished", now=MONDAY)
    assert measures == []


def test_nobody_is_measured_where_no_names_are_kept(
    cast: Cast, measures: list[services.MeasureDue]
):
    group_id = a_group(cast, "bereavement")
    member_id = interest(cast, group_id)
    run(services.note_talk, cast.karen, member_id, services.Talk(Outcome.FITS), now=MONDAY)
    run(services.offer, cast.karen, member_id, now=MONDAY)
    said = {"says_yes": True, "wants_measures": True}
    run(services.answer, cast.karen, member_id, **said, now=MONDAY)
    assert measures == []


def test_a_proxy_sees_nothing_until_it_is_ticked(cast: Cast, named: UUID, ellen: Actor):
    assert not here(may_show_to_proxy, cast.ellen, named)
    row = here(find_citizen_row, named, cast.ellen)
    run(services.show_to_proxy, ellen, row.member_id, shows=True, now=MONDAY)
    assert here(may_show_to_proxy, cast.ellen, named)


def test_who_leaves_and_comes_again_has_ticked_nothing(cast: Cast, named: UUID, ellen: Actor):
    row = here(find_citizen_row, named, cast.ellen)
    run(services.show_to_proxy, ellen, row.member_id, shows=True, now=MONDAY)
    run(services.leave, cast.karen, row.member_id, "time", now=MONDAY)
    again = UUID(run(services.suggest, cast.karen, named, cast.ellen, now=MONDAY))
    let_in(cast, again)
    assert not here(may_show_to_proxy, cast.ellen, named)


def test_an_agreement_that_is_over_lets_nobody_come_and_see(cast: Cast, named: UUID):
    over = replace(details(), agreement_until=MONDAY.date() - timedelta(days=1))
    run(services.change_details, cast.karen, named, over, now=MONDAY)
    with pytest.raises(services.CannotJoin) as refusal:
        visit(cast, named)
    assert refusal.value.reason is Reason.AGREEMENT_OVER


def test_whoever_kept_who_is_in_a_group_hears_that_it_promises_more(cast: Cast, named: UUID):
    heard: list[services.PromiseGrew] = []
    events.subscribe(services.PromiseGrew, heard.append)
    run(services.raise_anonymity, cast.karen, named, Anonymity.FIRST_NAME, now=MONDAY)
    assert heard == [services.PromiseGrew(named)]


def test_a_group_that_becomes_part_of_another_leaves_no_board(cast: Cast, named: UUID):
    open_board(cast, named)
    write(cast, named)
    other = a_group(cast, "bereavement", name="Torsdag")
    run(services.merge, cast.karen, named, other, is_sure=True, now=MONDAY)
    assert words_on(named) == []


def test_nobody_else_ticks_it_for_her(cast: Cast, named: UUID, ellen: Actor):
    row = here(find_citizen_row, named, cast.ellen)
    stranger = replace(ellen, person_id=cast.poul)
    with pytest.raises(Forbidden):
        run(services.show_to_proxy, stranger, row.member_id, shows=True, now=MONDAY)
    assert not here(may_show_to_proxy, cast.ellen, named)


@pytest.mark.parametrize("code", ["self_help", "bereavement", "anonymous"])
def test_a_member_who_would_help_asks_like_anybody_else(karen: FlaskClient, cast: Cast, code: str):
    group_id = a_group(cast, code)
    said = {"name": "Ruth Rask", "phone": "20 12 34 56", "said_yes": "y"}
    address = f"/grupper/{group_id}/vaert"
    assert press(karen, address, **{**said, "said_yes": ""}).status_code == 422
    assert press(karen, address, **said).status_code == 303
    row = here(lambda: db.session.scalars(select(VolunteerApplication)).one())
    assert (row.name, row.weekdays, row.parts) == ("Ruth Rask", [1], ["evening"])
    assert places_of("Ruth Rask") == {("volunteer_application", "name")}


def test_what_is_known_of_a_member_is_filled_in(karen: FlaskClient, cast: Cast):
    group_id = a_group(cast, "bereavement")
    member_id = joined(cast, group_id, "Ruth")
    page = karen.get(f"/grupper/{group_id}/vaert?plads={member_id}").text
    assert 'value="Ruth"' in page


# What is celebrated, and life on one's own.


def test_a_group_marks_what_it_wants_to(browse: Browse, cast: Cast, clock_stands: StandingClock):
    group_id = a_running_group(cast)
    meeting = meetings_now(group_id)[0]
    run(services.hold_meeting, cast.karen, meeting.id, services.Held(0), now=meeting.ends_at)
    clock_stands.at = meeting.ends_at
    client, here_ = browse(cast.karen), f"/grupper/{group_id}"
    assert "/maerkedag/first/ja" in client.get(here_).text
    press(client, f"{here_}/maerkedag/first/nej")
    assert "/maerkedag/first/ja" not in client.get(here_).text


@pytest.mark.parametrize("code", ["bereavement", "parish", "peers"])
def test_heavy_themes_are_asked_about_no_milestone(
    browse: Browse, cast: Cast, clock_stands: StandingClock, code: str
):
    group_id = a_group(cast, code)
    meeting = meetings_now(group_id)[0]
    run(services.hold_meeting, cast.karen, meeting.id, services.Held(5), now=meeting.ends_at)
    clock_stands.at = meeting.ends_at
    client = browse(cast.karen)
    tap = f"/grupper/moeder/{meeting.id}/hvordan"
    for address in (f"/grupper/{group_id}", open_page(cast, group_id), tap):
        page = client.get(address).text
        assert "maerkedag" not in page
        assert "#star" not in page[page.index("<h1") : page.index("</main>")]
    with pytest.raises(services.NotMarked):
        run(
            services.answer_milestone,
            cast.karen,
            group_id,
            Milestone.FIRST,
            is_marked=True,
            now=meeting.ends_at,
        )


def test_a_group_on_its_own_is_asked_how_it_goes(
    browse: Browse, cast: Cast, clock_stands: StandingClock
):
    group_id = a_running_group(cast, "self_help")
    run(services.take_step, cast.karen, group_id, Step.STEP_BACK, now=MONDAY)
    contact = "Karen, 20 12 34 56"
    run(services.settle, cast.karen, group_id, tuple(Task), contact, now=MONDAY)
    run(services.take_step, cast.karen, group_id, Step.LET_GO, now=MONDAY)
    clock_stands.at = days_on(days=90)
    client = browse(cast.karen)
    assert f"{group_id}#contact" in client.get(f"/grupper/{group_id}").text
    press(client, f"/grupper/{group_id}/kontakt")
    assert group_now(group_id).contact_due_on == (MONDAY + timedelta(days=180)).date()


def test_a_group_that_is_led_again_is_handed_over_anew(cast: Cast):
    group_id = a_running_group(cast, "self_help")
    run(services.take_step, cast.karen, group_id, Step.STEP_BACK, now=MONDAY)
    run(services.settle, cast.karen, group_id, tuple(Task), "Karen", now=MONDAY)
    run(services.take_step, cast.karen, group_id, Step.LET_GO, now=MONDAY)
    run(services.take_step, cast.karen, group_id, Step.STEP_IN, now=days_on(days=5))
    group = group_now(group_id)
    assert (group.contact_due_on, group.self_run_on, group.handed_over) == (None, None, [])


def test_a_group_without_an_end_says_how_it_goes_before_it_is_left_to_itself(cast: Cast):
    group_id = a_running_group(cast, "self_help")
    meeting = meetings_now(group_id)[0]
    run(services.hold_meeting, cast.karen, meeting.id, services.Held(0), now=meeting.ends_at)
    run(services.take_step, cast.karen, group_id, Step.STEP_BACK, now=meeting.ends_at)
    assert [one.is_evaluated for one in meetings_now(group_id)[:2]] == [True, False]


def test_those_who_lead_find_the_manual(browse: Browse, cast: Cast, leads: Actor):
    group_id = a_group(cast)
    said = {"board_opens": "09.00", "board_closes": "15.00", "supervision": "Mandage kl. 16"}
    manual = "https://eksempel.dk/haandbog"
    press(browse(cast.karen), "/grupper/indstillinger", manual_url=manual, **said)
    page = browse(leads).get(f"/grupper/{group_id}").text
    assert (manual in page, "Mandage kl. 16" in page) == (True, True)


PAGES = ("/opslag", "/opslag/hvem", "/materiale", "/billede/stedet", "/aendret", "/vaert")


def test_pages_of_what_a_group_has_in_common_are_as_pages_should_be(
    karen: FlaskClient, cast: Cast, named: UUID
):
    open_board(cast, named)
    write(cast, named)
    share(karen, named, "a.pdf", PDF)
    row = here(find_citizen_row, named, cast.ellen)
    visit_id, meeting = visit(cast, named), meetings_now(named)[0]
    addresses = [f"/grupper/{named}{part}" for part in ("", *PAGES)]
    addresses += [f"/grupper/pladser/{row.member_id}/vis", f"/grupper/besoeg/{visit_id}"]
    addresses += [f"/grupper/moeder/{meeting.id}{part}" for part in ("/besoeg", "/skema", "")]
    addresses += ["/grupper/indstillinger", "/grupper/laering"]
    assert {one: faults_at(karen, one) for one in addresses if faults_at(karen, one)} == {}
