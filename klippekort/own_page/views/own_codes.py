"""Codes that are told to the citizen in words of this page's own: the staff's speak about her."""

from typing import Any

from klippekort.domain.ledger import SO_FAR
from klippekort.platform.i18n import _l

Words = dict[str, Any]

_LIMITS = ("rolling", "month_end", "quarter_end", "year_end", "scheme_end")
_SO_FAR = tuple(f"{SO_FAR}{limit}" for limit in _LIMITS)
AGREED: Words = {
    "said": _l("You said it"),
    "shown": _l("You pressed it on the tablet"),
    "own_page": _l("On your own page"),
    "text": _l("By text message"),
    "letter": _l("By reply slip"),
    "voice": _l("On the phone, by pressing a key"),
    "paper": _l("On paper"),
}
CAUSES: Words = {
    "citizen": _l("You"),
    "supplier": _l("Home care"),
    "host": _l("The host"),
    "weather": _l("The weather"),
    "infection": _l("Infection"),
    "no_show": _l("Nobody was at home"),
    "wasted_visit": _l("The helper came in vain"),
    "turned_down": _l("You said no at the door"),
}
REASONS: Words = {
    "ill": _l("You were ill"),
    "not_today": _l("You did not want to go that day"),
    "visitors": _l("You had visitors"),
    "hospital": _l("You were in hospital"),
    "helper_ill": _l("The helper was ill"),
    "busy": _l("Home care was short of hands"),
    "activity_cancelled": _l("The activity was cancelled"),
    "activity_moved": _l("The activity was moved"),
    "weather": _l("The weather was too bad"),
    "infection": _l("There was a risk of infection"),
    "not_home": _l("You were not at home"),
    "came_in_vain": _l("The helper came in vain"),
    "no_helper": _l("No helper could be found"),
    "citizen_left": _l("You had moved"),
    "said_no": _l("You said no"),
    "other": _l("Another reason"),
}
RULES: Words = {
    "accrual": _l("The card gives it"),
    "carried_over": _l("Saved before this card"),
    "trip": _l("A trip that was made"),
    "cap": _l("The card was full"),
    "end": _l("The card ended"),
    "rolling": _l("Older than the card allows"),
    "expiry": _l("Older than the card allows"),
    "month_end": _l("The month ended"),
    "quarter_end": _l("The quarter ended"),
    "year_end": _l("The year ended"),
    "scheme_end": _l("The scheme ended"),
    "unsettled": _l("Its last day is not settled yet"),
    "by_hand": _l("A person chose that last day"),
    **dict.fromkeys(_SO_FAR, _l("Its last day is not settled yet")),
    "citizen": _l("You cancelled"),
    "cancel_citizen": _l("You cancelled"),
    "cancel_supplier": _l("Home care cancelled"),
    "cancel_host": _l("The activity was cancelled"),
    "cancel_weather": _l("The weather stopped it"),
    "cancel_infection": _l("Infection stopped it"),
    "no_show": _l("You were not at home"),
    "cancel_no_show": _l("You were not at home"),
    "cancel_wasted_visit": _l("The helper came in vain"),
    "cancel_turned_down": _l("You said no at the door"),
    "citizen_left": _l("You had moved"),
    "broken_off": _l("The trip was broken off"),
    "forfeit": _l("It was lost"),
    "extended": _l("It lives longer: you were away"),
    "settled": _l("Its last day is decided now"),
    "longer_life": _l("It lives longer: the trip was cancelled"),
    "new_terms": _l("New rules"),
    "undo": _l("It was undone"),
    "late_absence": _l("When you were away was told afterwards"),
    "unanswered": _l("Your card ended before anybody had answered"),
    "offer_turned_down": _l("You said no to an offer"),
    "offer_lapsed": _l("Nobody answered in time"),
    "offer_cancelled": _l("An offer was taken back"),
}
SOURCES: Words = {
    "accrual": _l("The card gives it"),
    "carried_over": _l("Saved before this card"),
    "adjustment": _l("Put right by hand"),
    "extended": _l("It lives longer"),
    "changed": _l("New rules"),
}
CORRECTIONS: Words = {
    "add": _l("Time was added"),
    "take": _l("Time was taken off"),
    "waive": _l("A charge was dropped"),
    "reverse": _l("A line was taken back"),
}
CORRECTION_PARTS: Words = {"proposal": _l("The proposal"), "decision": _l("The decision")}
DECIDED: Words = {"approved": _l("Approved"), "declined": _l("Not approved")}
AT_END: Words = {
    "death": _l("At death"),
    "moved": _l("After moving away"),
    "care_home": _l("After moving to a care home"),
    "supplier": _l("After a change of home care"),
    "period_over": _l("The period was over"),
    "other": _l("Another reason"),
}
GRANTED_BY: Words = {
    "assessed": _l("After an assessment"),
    "applied": _l("You asked for it"),
    "assessment": _l("After an assessment"),
    "application": _l("You asked for it"),
    "automatic": _l("By itself"),
    "offer": _l("It was offered to you"),
    "home_care": _l("Through your home care"),
    "supplier": _l("Through your home care"),
    "target_group": _l("Everybody who lives or has help as you do gets one"),
    "imported": _l("From another system"),
}
REQUESTS: Words = {
    "approved": _l("Approved"),
    "declined": _l("Turned down"),
    "withdrawn": _l("Taken back"),
}
GRANTED_BECAUSE: Words = {
    "reassessed": _l("We have looked at your need again"),
    "imported": _l("From another system"),
}
TASKS: Words = {
    "decide": _l("Something was to be decided"),
    "review": _l("Somebody was to look at it"),
    "call_citizen": _l("You were to be called"),
    "cancel_trip": _l("A trip was to be cancelled"),
    "agreement": _l("A standing trip could not be booked"),
    "escort": _l("A helper was to be found"),
    "tablet": _l("Something from a tablet was to be sorted out"),
}
RULES_OF_TASKS: Words = {
    "saving_alert": _l("Much time was saved up"),
    "pledge": _l("Time set aside ahead"),
    "paused": _l("The card is paused"),
    "late_absence": _l("A trip on a day you were away"),
    "escort_missing": _l("A helper was missing"),
    "tablet.differs": _l("The card was to be put right"),
}
LEFT: Words = {"died": _l("Died"), "moved": _l("Moved away")}
HELPING: Words = {
    "host": _l("As a host"),
    "go_along": _l("To go along"),
    "driver": _l("To drive"),
    "drive": _l("To drive"),
}
TABLET: Words = {
    "done": _l("It was done"),
    "conflict": _l("It did not fit with what had happened meanwhile"),
    "refused": _l("It could not be done"),
    "settled": _l("A person has sorted it out"),
}
WHY_NOT_STARTED: Words = {
    "over": _l("It was over"),
    "held": _l("It had only been held for you"),
    "taken": _l("Others had taken the place"),
    "ask_again": _l("You were to be asked again"),
}
ASKED_BECAUSE: Words = {
    "grant": _l("You got a card"),
    "start": _l("Something began"),
    "end": _l("Something ended"),
    "wish": _l("Somebody asked for it"),
    "hand": _l("Somebody asked for it"),
    "course": _l("Your course"),
    "group": _l("Your group"),
    "agreed": _l("It was agreed"),
    "other": _l("Another reason"),
}
EVENTS: Words = {"receipt": _l("A receipt"), "reply": _l("An answer")}
EVENT_OUTCOMES: Words = {
    "noted": _l("Noted"),
    "old": _l("Known already"),
    "repeated": _l("Known already"),
    "strange": _l("It belonged to nothing we had sent"),
    "unknown": _l("It belonged to nothing we had sent"),
    "answered": _l("Your answer was taken"),
    "unclear": _l("A person read it and called you"),
    "over": _l("It came too late, and you were called"),
    "called": _l("You were called"),
    "read": _l("A person has read it"),
}
CALLS: Words = {
    "address_closed": _l("Nothing was held where you were going"),
    "family_cannot": _l("The family could not take you along"),
    "greeting": _l("A line to a relative"),
    "standing_paused": _l("A standing wish"),
    "slip_call_back": _l("Your reply slip"),
    "slip_unanswered": _l("A reply slip that had not come back"),
    "reply_unclear": _l("An answer that we could not read"),
    "activity_exists": _l("Whether an activity is still held"),
}
CALL_OUTCOMES: Words = {"held_back": _l("Taken back before it was sent")}
NOTICED_BY: Words = {
    "tablet": _l("On a helper's tablet"),
    "page": _l("On a page for staff"),
    "public": _l("On the municipality's page"),
    "typed": _l("Written down for somebody"),
}
BOXES: Words = {
    "cannot": _l("I can't come"),
    "yes": _l("Yes"),
    "no": _l("No"),
    "wish": _l("A wish"),
    "ring": _l("Call me"),
}
EVENTS_OF_TRIPS: Words = {
    "on_way": _l("The helper was on the way"),
    "escort_changed": _l("Another helper was chosen"),
    "escort_released": _l("The helper was taken off"),
    "escort_sought": _l("A helper was looked for"),
    "escort_proposed": _l("A helper was proposed"),
    "family_takes": _l("Your family took over"),
    "tablet": _l("Told on the tablet"),
    "moved": _l("Moved"),
    "noted": _l("A note was written"),
    "incident": _l("Something happened"),
    "started": _l("Begun"),
    "paused": _l("Paused"),
    "resumed": _l("Went on"),
    "greeted": _l("A relative was sent a line"),
    "unbooked": _l("The booking was undone"),
    "uncancelled": _l("On again"),
    "unstarted": _l("The start was undone"),
    "unfinished": _l("The finish was undone"),
    "unassigned": _l("The change of helper was undone"),
    "imported": _l("From another system"),
}
OFFERED_BECAUSE: Words = {
    "waiting": _l("You had a wish"),
    "standing": _l("You had a standing wish"),
    "replacement": _l("In place of a trip that was cancelled"),
    "wish": _l("You had a wish"),
}
COMPANY: Words = {
    "escort": _l("With a helper"),
    "relative": _l("With a relative"),
    "friend": _l("With a go-along friend"),
    "flex": _l("With Flextrafik"),
    "alone": _l("Alone"),
}
TRANSPORT: Words = {
    "walk": _l("On foot"),
    "staff_car": _l("By home care's car"),
    "taxi": _l("By taxi"),
    "flex": _l("With Flextrafik"),
    "wheelchair_bus": _l("By wheelchair bus"),
    "unknown": _l("Not known"),
}
NEEDS: Words = {
    "step_free": _l("No steps"),
    "accessible_toilet": _l("A toilet one can use with a wheelchair"),
    "hearing_loop": _l("A hearing loop"),
    "parking": _l("Parking"),
    "quiet": _l("Quiet"),
    "indoor_seating": _l("A seat indoors"),
}
RECIPIENTS: Words = {
    "citizen": _l("You"),
    "volunteer": _l("A volunteer"),
    "relative": _l("A relative"),
    "staff": _l("Staff"),
    "account": _l("A log-in"),
}
POSTED: Words = {"paper": _l("On paper"), "digital_post": _l("By Digital Post")}
FILING: Words = {
    "none": _l("Not filed"),
    "waiting": _l("Waits to be filed"),
    "filed": _l("Filed"),
    "failed": _l("Could not be filed"),
}
TROUBLES: Words = {
    "refused": _l("It was refused"),
    "no_receipt": _l("Nobody told whether it came"),
    "too_late": _l("It would have come too late"),
    "forgotten": _l("Its words were let go of"),
    "no_device": _l("There was no device any more"),
    "no_number": _l("No person number was known"),
    "exempt": _l("You are exempt from Digital Post"),
    "stopped": _l("Stopped"),
    "gave_up": _l("It was tried in vain"),
}
HELD_BACK: Words = {
    "case": _l("A complaint or a case"),
    "claim": _l("A claim for money"),
    "request": _l("You or your family asked for it"),
    "supervision": _l("An authority looks into it"),
}
# What stands inside something else, by the names it has there.
PARTS: Words = {
    "since_last": _l("Since the last trip"),
    "waited": _l("How long you had waited"),
    "cancelled": _l("Cancelled by us"),
    "lapsing": _l("Time about to lapse"),
    "never_out": _l("Never been out"),
    "lives_alone": _l("Lives alone"),
    "moved_to": _l("Moved to"),
    "spent": _l("Minutes used"),
    "minutes": _l("Minutes"),
    "actual": _l("Minutes it took"),
    "waived": _l("Minutes not charged"),
    "charge": _l("What it cost"),
    "riders": _l("How many rode along"),
    "box": _l("Box"),
    "trip": _l("Trip"),
}
CHARGES: Words = {
    "free": _l("Nothing"),
    "full": _l("All of it"),
    "half": _l("Half of it"),
    "one_punch": _l("One punch"),
    "actual": _l("The time that was used"),
}
# How things stand, whatever they are.
STATES: Words = {
    "active": _l("Active"),
    "agreed": _l("Agreed"),
    "approved": _l("Approved"),
    "asked": _l("Asked"),
    "asking": _l("Is being asked"),
    "booked": _l("Booked"),
    "broken_off": _l("Broken off"),
    "called": _l("Called"),
    "closed": _l("Closed"),
    "completed": _l("Done"),
    "covered": _l("Somebody was found"),
    "dropped": _l("Not needed any more"),
    "ended": _l("Ended"),
    "finished": _l("Finished"),
    "answered": _l("Answered"),
    "left": _l("Has left"),
    "no_show": _l("Nobody was at home"),
    "over": _l("Over"),
    "paused": _l("Paused"),
    "proposed": _l("Proposed"),
    "published": _l("Published"),
    "resting": _l("Rests before it is sent"),
    "sending": _l("On its way"),
    "stopped": _l("Stopped"),
    "turned_down": _l("You said no"),
    "unanswered": _l("Nobody answered"),
    "under_way": _l("Under way"),
    "wasted_visit": _l("The helper came in vain"),
    "yes": _l("Yes"),
    "no": _l("No"),
    "not_asked": _l("Not asked"),
}
