"""The languages that pages are read in, and how each writes days and hours."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Language:
    """A language by its own name, with Babel's patterns for days and hours.

    `locale` always has a territory: the bare "da" counts weeks wrongly and the bare "en" writes
    11/22/26. One that is not `is_whole` has the words of the pages for citizens, relatives and
    volunteers alone, and is offered on those. One whose catalogue lacks words is not `is_ready`,
    and is not offered at all: `script/translations` says what is missing.
    """

    code: str
    name: str
    locale: str
    html: str
    day: str = "EEEE d. MMMM"
    short_day: str = "d. MMM"
    clock: str = "HH:mm"
    is_whole: bool = True
    is_ready: bool = True
    direction: Literal["ltr", "rtl"] = "ltr"


_ALL = (
    Language("da", "Dansk", "da_DK", "da", day="EEEE 'den' d. MMMM", clock="H.mm"),
    Language("en", "English", "en_GB", "en-GB", day="EEEE d MMMM", short_day="d MMM"),
    Language("nb", "Norsk", "nb_NO", "nb"),
    Language("sv", "Svenska", "sv_SE", "sv", day="EEEE d MMMM", short_day="d MMM"),
    Language("de", "Deutsch", "de_DE", "de", day="EEEE, d. MMMM", is_whole=False),
    Language("pl", "Polski", "pl_PL", "pl", "EEEE, d MMMM", "d MMM", is_whole=False),
    Language(
        "ar",
        "العربية",
        "ar_EG",
        "ar",
        day="EEEE، d MMMM",
        short_day="d MMM",
        is_whole=False,
        direction="rtl",
    ),
    Language("tr", "Türkçe", "tr_TR", "tr", "d MMMM EEEE", "d MMM", is_whole=False),
)
LANGUAGES = {one.code: one for one in _ALL}
DANISH = LANGUAGES["da"]
LOCALES = {one.code: one.locale for one in _ALL}


def offered(*, whole: bool) -> tuple[Language, ...]:
    """Return the languages a page is offered in: of a page for staff, the `whole` ones."""
    return tuple(one for one in _ALL if one.is_ready and (one.is_whole or not whole))
