"""The words for what is stored as a code about measures."""

from klippekort.domain.instruments import InstrumentFault
from klippekort.platform.i18n import _, _l

LANGUAGES = {
    "da": _l("Danish"),
    "en": _l("English language"),
    "de": _l("German"),
    "pl": _l("Polish"),
    "uk": _l("Ukrainian"),
    "tr": _l("Turkish"),
    "ar": _l("Arabic"),
    "fa": _l("Persian"),
    "so": _l("Somali"),
    "bs": _l("Bosnian"),
}
MODES = {
    "interview": _l("Asked aloud"),
    "self": _l("On a screen, by the citizen"),
    "paper": _l("On paper, by the citizen"),
    "proxy": _l("Somebody answered for the citizen"),
}
MOMENTS = {
    "start": _l("At the start"),
    "end": _l("At the end"),
    "check": _l("A check on the way"),
    "other": _l("In between"),
}
OUTCOMES = {
    "answered": _l("Answered"),
    "declined": _l("Would rather not"),
    "not_able": _l("Was not able to"),
}
BECAUSE = {
    "typed_wrong": _l("It was typed in wrongly"),
    "asked_again": _l("The citizen was asked again"),
    "other": _l("Another reason"),
}
DONE = {
    "talked": _l("I have talked with the citizen"),
    "doctor": _l("The doctor knows"),
    "nurse": _l("The home nurse knows"),
    "relative": _l("A relative knows, as the citizen wished"),
    "other": _l("Something else"),
    "replaced": _l("The answers were typed in anew"),
    "left": _l("The citizen is not here any more"),
}
CODES = {
    "high_risk": _l("Low wellbeing: high risk of depression or stress"),
    "possible_risk": _l("Low wellbeing: possible risk of depression or stress"),
    "none_apparent": _l("No sign of risk"),
    "severe": _l("Severe loneliness"),
    "very_severe": _l("Very severe loneliness"),
    "not_severe": _l("Not severe loneliness"),
    "moderate": _l("Moderate loneliness"),
    "lonely": _l("Lonely"),
    "not_lonely": _l("Not lonely"),
    "emotional": _l("Emotional loneliness"),
    "social": _l("Social loneliness"),
}


def code_words(code: str | None) -> str:
    """Return what a code of an instrument is called; a municipality's own says itself."""
    return "" if code is None else str(CODES.get(code, code.replace("_", " ")))


def fault_words(fault: InstrumentFault) -> str:
    """Return what is wrong in the text of an instrument, and at which key."""
    key, detail = fault.key, fault.detail
    said = {
        "toml": _("The file is not written as TOML: %(detail)s", detail=detail),
        "missing": _("%(key)s is missing.", key=key),
        "unknown": _("%(key)s is not known, or does not belong here.", key=key),
        "type": _("%(key)s is of the wrong kind. It must be: %(detail)s.", key=key, detail=detail),
        "range": _("%(key)s is outside what is allowed: %(detail)s.", key=key, detail=detail),
        "choice": _("%(key)s must be: %(detail)s.", key=key, detail=detail),
        "overlap": _("%(key)s begins before the one above ends.", key=key),
    }
    return str(said[fault.code])
