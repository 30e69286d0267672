"""The names schemes give things by themselves, as people say them: activities, helpers, facts.

The published schemes use these names. A name that is not here is a municipality's own, and is shown
as it was written, without underscores.
"""

from typing import Any

from klippekort.platform.i18n import _l

OWN: dict[str, Any] = {
    # How a card comes.
    "application": _l("the citizen applies for it"),
    "assessment": _l("by an assessment"),
    "automatic": _l("by itself"),
    "home_care": _l("from home care"),
    "offer": _l("the municipality offers it"),
    "supplier": _l("home care grants it"),
    # What it is for.
    "association": _l("association"),
    "baking_for_guests": _l("baking for guests"),
    "bike_ride": _l("bicycle ride"),
    "birthday": _l("birthday"),
    "cafe": _l("café"),
    "chat": _l("chat"),
    "churchyard": _l("churchyard"),
    "citizen_service": _l("citizen service"),
    "cleaning": _l("cleaning"),
    "clothes_shopping": _l("shopping for clothes"),
    "communal_eating": _l("communal eating"),
    "concert": _l("concert"),
    "contacting_the_offer": _l("contact with the activity"),
    "cooking": _l("cooking"),
    "cosy_time": _l("cosy time"),
    "craft_job": _l("work for a craftsman"),
    "decorating": _l("decorating"),
    "defrosting": _l("defrosting"),
    "doctor_visit": _l("visit to the doctor"),
    "double_bike": _l("double bicycle"),
    "entertainment": _l("entertainment"),
    "errand": _l("errand"),
    "escort_the_first_times": _l("company the first times"),
    "escorted_trip": _l("trip with a helper"),
    "event": _l("event"),
    "exercise": _l("exercise"),
    "extraordinary_cleaning": _l("extra cleaning"),
    "family_visit": _l("visit to family"),
    "finding_out_what_there_is": _l("finding out what there is"),
    "finding_the_way": _l("finding the way"),
    "following_to_social_activity": _l("company to where people meet"),
    "gardening": _l("gardening"),
    "getting_ready_for_guests": _l("getting ready for guests"),
    "hairdresser": _l("hairdresser"),
    "hand_and_hair_care": _l("care of hands and hair"),
    "help_online_or_on_the_phone": _l("help online or on the telephone"),
    "help_with_tablet_or_tv": _l("help with a tablet or television"),
    "hospital_visit": _l("visit to a hospital"),
    "joint_outing": _l("outing together"),
    "local_social_activity": _l("activity nearby"),
    "motivation": _l("motivation"),
    "open_centre_offer": _l("activity at an open centre"),
    "outing": _l("outing"),
    "practical_help": _l("practical help"),
    "reading": _l("reading aloud"),
    "sensory_stimulation": _l("stimulation of the senses"),
    "shared_trip": _l("trip with others"),
    "shopping": _l("shopping"),
    "talk": _l("talk"),
    "tidying_cupboards": _l("tidying cupboards"),
    "trip_to_town": _l("trip to town"),
    "walk": _l("walk"),
    # Who goes along, and for whom it may be.
    "care_worker": _l("care worker"),
    "contact_person": _l("contact person"),
    "helper": _l("helper"),
    "punch_card_employee": _l("employee for punch cards"),
    "regular_helper": _l("regular helper"),
    "staff": _l("staff"),
    "therapist": _l("therapist"),
    "relative": _l("relative"),
    "citizen": _l("the citizen"),
    # Target groups.
    "weakest": _l("the weakest"),
    "corona": _l("corona"),
}
# A fact that is yes, and the same when it is no.
YES_NO: dict[str, tuple[Any, Any]] = {
    "bedridden": (_l("is bedridden"), _l("is not bedridden")),
    "can_climb_stairs": (_l("can climb stairs"), _l("cannot climb stairs")),
    "cannot_get_about_outside_alone": (_l("cannot get out alone"), _l("can get out alone")),
    "care_several_times_a_day": (
        _l("gets care several times a day"),
        _l("does not get care several times a day"),
    ),
    "chosen_by_home_care": (_l("is chosen by home care"), _l("is not chosen by home care")),
    "daily_personal_care": (
        _l("gets personal care every day"),
        _l("does not get personal care every day"),
    ),
    "dementia": (_l("has dementia"), _l("does not have dementia")),
    "extensive_personal_care": (
        _l("gets much personal care"),
        _l("does not get much personal care"),
    ),
    "few_chances_of_social_activity": (
        _l("has few chances of company"),
        _l("has many chances of company"),
    ),
    "hard_to_start": (_l("finds it hard to get going"), _l("does not find it hard to get going")),
    "has_home_care": (_l("gets home care"), _l("does not get home care")),
    "has_home_help": (_l("gets home help"), _l("does not get home help")),
    "has_network": (_l("has people close by"), _l("has no people close by")),
    "has_relatives": (_l("has relatives"), _l("has no relatives")),
    "in_care_home": (_l("lives in a care home"), _l("does not live in a care home")),
    "laundry_service": (_l("gets help with laundry"), _l("gets no help with laundry")),
    "lives_alone": (_l("lives alone"), _l("does not live alone")),
    "lives_at_home": (_l("lives at home"), _l("does not live at home")),
    "lives_in_care_home": (_l("lives in a care home"), _l("does not live in a care home")),
    "lives_in_care_home_for_good": (
        _l("lives in a care home for good"),
        _l("does not live in a care home for good"),
    ),
    "lives_in_somatic_nursing_home": (
        _l("lives in a care home for bodily illness"),
        _l("does not live in a care home for bodily illness"),
    ),
    "long_term_home_help": (_l("gets lasting home help"), _l("does not get lasting home help")),
    "manages_stairs": (_l("can climb stairs"), _l("cannot climb stairs")),
    "may_prevent_home_help": (
        _l("may need no home help with a card"),
        _l("needs home help all the same"),
    ),
    "mobile": (_l("gets about without help"), _l("does not get about without help")),
    "most_help_a_week": (
        _l("is among those who get most help a week"),
        _l("is not among those who get most help a week"),
    ),
    "much_daily_help": (_l("gets much help every day"), _l("does not get much help every day")),
    "need_not_covered_otherwise": (
        _l("has a need that nothing else meets"),
        _l("has the need met in another way"),
    ),
    "needs_wheelchair": (_l("uses a wheelchair"), _l("does not use a wheelchair")),
    "personal_care": (_l("gets personal care"), _l("gets no personal care")),
    "personal_help": (_l("gets personal care"), _l("gets no personal care")),
    "poor_eater": (_l("eats too little"), _l("eats enough")),
    "practical_help": (_l("gets practical help"), _l("gets no practical help")),
    "shopping_service": (_l("gets help with shopping"), _l("gets no help with shopping")),
    "wants_activity_outside_home": (
        _l("wants something to do outside the home"),
        _l("wants nothing to do outside the home"),
    ),
    "weak": (_l("is frail"), _l("is not frail")),
    "weakest": (_l("is among the weakest"), _l("is not among the weakest")),
    "widowed": (_l("is widowed"), _l("is not widowed")),
}
# A fact that is so much.
AMOUNTS: dict[str, Any] = {
    "age": _l("%(amount)s years old"),
    "home_care_minutes": _l("%(amount)s minutes of home care a week"),
    "home_help_hours_per_week": _l("%(amount)s hours of home help a week"),
    "hours": _l("%(amount)s hours of home help a week"),
    "hours_per_week": _l("%(amount)s hours of home help a week"),
    "widowed_months": _l("widowed for %(amount)s months"),
}
# A fact that is one of several words, or a number by itself.
NAMES: dict[str, Any] = {
    "functional_level": _l("functional level"),
    "lives_in": _l("kind of home"),
    "mobility": _l("mobility"),
    "network": _l("people close by"),
    "personal_care": _l("personal care"),
    "setting": _l("kind of home"),
    "support": _l("need of help"),
}
VALUES: dict[str, Any] = {
    "care_home": _l("care home"),
    "elderly_home_with_call_system": _l("home for older people with a call system"),
    "extensive": _l("extensive"),
    "high": _l("high"),
    "hospital": _l("hospital"),
    "limited": _l("limited"),
    "low": _l("low"),
    "moderate": _l("moderate"),
    "none": _l("none"),
    "other": _l("something else"),
    "own_home": _l("own home"),
    "some": _l("some"),
    "yes": _l("yes"),
    "no": _l("no"),
}


def own_word(name: str) -> str:
    """Return a name a scheme gives by itself, as people say it."""
    known = OWN.get(name)
    return str(known) if known else spaced(name)


def spaced(name: str) -> str:
    """Return a municipality's own name as words."""
    return name.replace("_", " ").strip()
