"""Spans of time as people say and write them: "8 weeks", "3 working days before 12:00"."""

import re

from klippekort.domain.schemes import Span, Unit
from klippekort.domain.schemes.questions import NONE
from klippekort.platform.formatting import clock_time
from klippekort.platform.i18n import _, ngettext

# What people write in Danish, Norwegian and Swedish, as the rules are written.
_WORDS = {
    "arbejdsdage": "working days",
    "arbejdsdag": "working day",
    "hverdage": "working days",
    "hverdag": "working day",
    "timer": "hours",
    "time": "hour",
    "dage": "days",
    "dag": "day",
    "timmar": "hours",
    "timme": "hour",
    "dager": "days",
    "dagar": "days",
    "arbeidsdager": "working days",
    "arbeidsdag": "working day",
    "virkedager": "working days",
    "virkedag": "working day",
    "vardagar": "working days",
    "vardag": "working day",
    "arbetsdagar": "working days",
    "arbetsdag": "working day",
    "uker": "weeks",
    "uke": "week",
    "veckor": "weeks",
    "vecka": "week",
    "månader": "months",
    "månad": "month",
    "före": "before",
    "innen": "before",
    "inget": NONE,
    "mån": "mon",
    "tis": "tue",
    "tors": "thu",
    "lör": "sat",
    "sön": "sun",
    "uger": "weeks",
    "uge": "week",
    "måneder": "months",
    "måned": "month",
    "år": "years",
    "inden": "before",
    "før": "before",
    "ingen": NONE,
    "man": "mon",
    "tir": "tue",
    "ons": "wed",
    "tor": "thu",
    "fre": "fri",
    "lør": "sat",
    "søn": "sun",
    "kl.": "",
    "kl": "",
}


def span_words(span: Span) -> str:
    """Return a span in words, in the reader's language."""
    words = {
        Unit.HOURS: ngettext("%(num)s hour", "%(num)s hours", span.amount),
        Unit.DAYS: ngettext("%(num)s day", "%(num)s days", span.amount),
        Unit.WORKING_DAYS: ngettext("%(num)s working day", "%(num)s working days", span.amount),
        Unit.WEEKS: ngettext("%(num)s week", "%(num)s weeks", span.amount),
        Unit.MONTHS: ngettext("%(num)s month", "%(num)s months", span.amount),
        Unit.YEARS: ngettext("%(num)s year", "%(num)s years", span.amount),
    }
    said = str(words[span.unit])
    if span.clock is None:
        return said
    return str(_("%(span)s, before %(time)s", span=said, time=clock_time(span.clock)))


def as_rule(typed: str) -> str:
    """Return what somebody wrote, in a language of the pages, as a rule says it."""
    said = re.sub(r"(\d)\.(\d\d)\b", r"\1:\2", typed.strip().lower())
    words = [_WORDS.get(word, word) for word in said.replace(",", " , ").split()]
    return " ".join(word for word in words if word).replace(" ,", ",")
