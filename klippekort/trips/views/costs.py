"""What a trip is planned to cost on the card, and what it did cost, in the scheme's own words."""

from uuid import UUID

from klippekort.domain.calendar import local_day
from klippekort.domain.schemes import Terms, TermsFrom
from klippekort.platform.i18n import _
from klippekort.punchcards.queries.cards import current_terms, get_card, in_force, versions_of
from klippekort.punchcards.views.picture import in_words
from klippekort.trips.queries.trips import TripRow


def terms_of(row: TripRow) -> Terms | None:
    """Return what the card that pays goes by, or None on one's own way, where none does."""
    if row.card_id is None:
        return None
    return current_terms(get_card(row.card_id), local_day(row.starts_at))


class TermsRead:
    """The terms of the cards that pay for several trips, the versions of each card read once."""

    def __init__(self) -> None:
        self._versions: dict[UUID, tuple[TermsFrom, ...]] = {}

    def of(self, row: TripRow) -> Terms | None:
        """Return what `terms_of` returns."""
        if row.card_id is None:
            return None
        if row.card_id not in self._versions:
            self._versions[row.card_id] = versions_of(get_card(row.card_id).scheme_id)
        return in_force(self._versions[row.card_id], local_day(row.starts_at))


def minutes_words(minutes: int, terms: Terms | None) -> str:
    """Return what a trip takes from the card, in words."""
    return in_words(minutes, terms) if terms else str(_("Nothing: no helper goes along"))


def result_words(row: TripRow) -> str | None:
    """Return what the trip took from the card and gave back to it, once that is settled."""
    if row.charged_minutes is None:
        return None
    terms, spent = terms_of(row), row.charged_minutes
    if terms is None:
        return None
    back = row.planned_minutes - spent
    if not spent:
        return str(_("Nothing was used. %(back)s was given back.", back=in_words(back, terms)))
    said = str(_("%(spent)s was used.", spent=in_words(spent, terms)))
    if back > 0:
        said += " " + str(_("%(back)s was given back.", back=in_words(back, terms)))
    return said
