"""Words for rules, reasons and holds, and what is asked before something must wait."""

from wtforms import RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from klippekort.domain.retention import Deed, Reason, Rule, Source
from klippekort.platform.forms import DayField, KeyedForm
from klippekort.platform.i18n import _, _l, ngettext

WHATS = {
    "identity": _l("Name, person number, address and phone"),
    "corrections": _l("What stood before something was put right"),
    "relatives": _l("Relatives and what they were told"),
    "absences": _l("When a citizen was away"),
    "assessed": _l("What was assessed of a citizen for a card"),
    "leaving": _l("What stopped when a citizen left"),
    "notes": _l("Notes"),
    "places": _l("Where trips went"),
    "wishes": _l("The words of wishes"),
    "interests": _l("Interests and what somebody can give"),
    "talks": _l("Talks about what a citizen would like"),
    "measures": _l("Answers to questionnaires"),
    "groups": _l("Names and contact in groups"),
    "messages": _l("Messages"),
    "letters": _l("Letters"),
    "logins": _l("Cards, codes and log-ins of citizens"),
    "feedback": _l("What people think"),
    "outreach": _l("What was noticed of somebody"),
    "volunteers": _l("Volunteers who have stopped"),
    "staff": _l("Shifts and absences of staff"),
    "traces": _l("Technical traces"),
}
DEEDS = {
    Deed.DELETE: _l("Deleted"),
    Deed.CLEAR: _l("The words are deleted; it is still counted"),
    Deed.ANONYMISE: _l("Made anonymous; it is still counted"),
    Deed.BY_JOB: _l("Deleted after the time you have set"),
}
SOURCES = {
    Source.CASE: _l("The case is over, and claims are out of time (GDPR article 5(1)(e))"),
    Source.NEED: _l("Kept no longer than it is needed (GDPR article 5(1)(e))"),
    Source.SETTING: _l("Your own decision"),
}
REASONS = {
    Reason.SET_UP: _l("Your own settings and words. They are about nobody."),
    Reason.COUNTED: _l("Figures. They lead to nobody once the citizen is forgotten."),
    Reason.LEDGER: _l("The record of minutes. It holds numbers only."),
    Reason.PROOF: _l("Proof of what was done. The law asks for it."),
    Reason.REGISTER: _l("Those who work here or give their time, as long as they do."),
    Reason.CALENDAR: _l("What is on. Everybody may read it."),
    Reason.NOBODY: _l("Groups that promised to know nobody. Nothing leads to a person."),
}
HOLD_REASONS = {
    "case": _l("A complaint or a case"),
    "claim": _l("A claim for money"),
    "request": _l("The citizen or the family asked for it"),
    "supervision": _l("An authority looks into it"),
}


def since_words(rule: Rule) -> str:
    """Return when a rule's time is up, in words."""
    if rule.deed is Deed.BY_JOB:
        return _("After the time you have set")
    if rule.months % 12:
        span = ngettext("%(num)s month", "%(num)s months", rule.months)
    else:
        span = ngettext("%(num)s year", "%(num)s years", rule.months // 12)
    if rule.since == "closing":
        return _("%(span)s after the case closed", span=span)
    return _("%(span)s after it was of use", span=span)


class HoldForm(KeyedForm):
    """Why nothing may be forgotten, and until when."""

    reason = RadioField(
        _l("Why must it wait?"),
        [InputRequired(_l("Choose one."))],
        choices=[SelectChoice(code, words) for code, words in HOLD_REASONS.items()],
    )
    until_on = DayField(_l("Until which day?"), [InputRequired(_l("Choose a day."))])
