"""What a talk leaves for matching: codes and fingerprints, and gifts; never why."""

from datetime import date, datetime

from klippekort.citizens.models import Citizen
from klippekort.citizens.queries import address_of, fold
from klippekort.citizens.services.sealing import seal
from klippekort.courses.models import CitizenGift, MatchProfile
from klippekort.courses.queries.gifts import open_gifts
from klippekort.courses.queries.homes import stairwell_of
from klippekort.courses.queries.talks import find_profile
from klippekort.domain.matching.guide import (
    Answers,
    company_of,
    needs_of,
    said,
    several,
    works_of,
)
from klippekort.platform.db import db
from klippekort.platform.ids import new_id
from klippekort.platform.keys import keys


def keep_profile(citizen: Citizen, answers: Answers, now: datetime) -> MatchProfile:
    """Store what a citizen is matched by after a talk; a protected address leaves no trace."""
    profile = find_profile(citizen.id)
    if profile is None:
        profile = MatchProfile(id=new_id(), citizen_id=citizen.id)
        db.session.add(profile)
    profile.interests = sorted(several(answers, "interests"))
    profile.languages = sorted(several(answers, "languages"))
    profile.parts = sorted(several(answers, "parts"))
    profile.company = company_of(answers).value
    profile.needs = sorted(needs_of(answers))
    profile.minds_money = "money" in several(answers, "barriers")
    profile.wishes = sorted(several(answers, "wished_gifts"))
    profile.meets_people = said(answers, "meets_people") == "yes"
    profile.stairwell = _stairwell(citizen) if profile.meets_people else None
    profile.works = _works(citizen, answers) if profile.meets_people else []
    profile.updated_at = now
    db.session.flush()
    return profile


def _stairwell(citizen: Citizen) -> str | None:
    if citizen.has_protected_address:
        return None
    home = stairwell_of(address_of(citizen), citizen.postcode)
    return keys().blind_index(citizen.municipality_id, f"stairwell|{home}") if home else None


def _works(citizen: Citizen, answers: Answers) -> list[str]:
    places = {fold(one) for one in works_of(answers)} - {""}
    return sorted(keys().blind_index(citizen.municipality_id, f"work|{one}") for one in places)


def keep_gifts(citizen: Citizen, answers: Answers, today: date) -> None:
    """Store what a citizen would like to do for others; what she no longer would is ended."""
    told, words = several(answers, "gifts"), said(answers, "gifts_words")
    told |= {"other"} if words and not told else frozenset()
    known = open_gifts(citizen.id)
    for code, row in known.items():
        if code not in told:
            row.ended_on = today
    for code in sorted(told):
        gift = known.get(code)
        if gift is None:
            gift = CitizenGift(id=new_id(), citizen_id=citizen.id, gift=code, offered_on=today)
            db.session.add(gift)
        gift.words_sealed = seal(citizen, gift.id, "gift", words)
    db.session.flush()
