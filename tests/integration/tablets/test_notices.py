"""What was noticed without a network arrives once, by the same rights, and is forgotten in time."""

from uuid import UUID

from sqlalchemy import select

from klippekort.domain.outreach.cases import Consent
from klippekort.outreach.models import OutreachNotice
from klippekort.platform.db import db
from klippekort.platform.tenancy import acting_for
from tests.cast import HOME, Cast
from tests.integration.tablet import StandingClock
from tests.integration.tablets.sending import Tablet, intent_of, outcome


def kept() -> list[OutreachNotice]:
    """Return what was noticed, the oldest first."""
    db.session.rollback()
    with acting_for(HOME):
        return list(db.session.scalars(select(OutreachNotice).order_by(OutreachNotice.id)))


def told(bos: Tablet, citizen_id: UUID, *signs: str, words: str = "") -> dict[str, object]:
    said = {"citizen_id": str(citizen_id), "signs": list(signs), "consent": "yes"}
    return bos.intent("notice", None, None, **said, words=words)


def test_what_was_noticed_is_kept_once_by_the_day_it_was_tapped(
    bos: Tablet, cast: Cast, standing_clock: StandingClock
):
    tapped = told(bos, cast.ellen, "sad", "tv_all_day", words="Savner selskab")
    day = standing_clock.at.date()
    standing_clock.pass_(hours=20)
    bos.log_in_again()
    first = bos.send(tapped).get_json()
    assert bos.send(tapped).get_json() == first
    (notice,) = kept()
    assert (notice.signs, notice.noticed_on) == (["sad", "tv_all_day"], day)
    assert (notice.channel, notice.consent) == ("tablet", Consent.YES)
    assert first["url"] == f"/borgere/{cast.ellen}"


def test_an_intent_keeps_neither_signs_nor_words(bos: Tablet, cast: Cast):
    tapped = told(bos, cast.ellen, "sad", words="Savner selskab")
    assert outcome(bos.send(tapped)) == "done"
    assert intent_of(tapped).payload == {"citizen_id": str(cast.ellen), "consent": "yes"}


def test_the_same_id_with_other_signs_is_no_second_sending(bos: Tablet, cast: Cast):
    tapped = told(bos, cast.ellen, "sad")
    bos.send(tapped)
    tapped["payload"] = {**tapped["payload"], "signs": ["tv_all_day"]}  # type: ignore[dict-item]
    assert bos.send(tapped).status_code == 422


def test_somebody_elses_citizen_is_refused_and_nobodys_to_settle(bos: Tablet, cast: Cast):
    tapped = told(bos, cast.poul, "sad")
    assert outcome(bos.send(tapped)) == "refused"
    assert (kept(), intent_of(tapped).needs_person) == ([], False)


def test_nothing_noticed_is_refused_in_words(bos: Tablet, cast: Cast):
    answer = bos.send(told(bos, cast.ellen)).get_json()
    assert (answer["outcome"], answer["words"].endswith(".")) == ("refused", True)


def test_what_is_no_notice_is_not_read(bos: Tablet, cast: Cast):
    tapped = bos.intent(
        "notice", None, None, citizen_id=str(cast.ellen), signs="sad", consent="yes"
    )
    assert bos.send(tapped).status_code == 422


def test_the_day_keeps_the_form_for_noticing(bos: Tablet, trip: UUID, cast: Cast):
    urls = bos.client.get("/tablet/dagen").get_json()["urls"]
    assert {"/opsporing/lagt-maerke-til", f"/borgere/{cast.ellen}/lagt-maerke-til"} <= set(urls)
