"""What a trip is planned to cost on the card, and what it did cost, in the scheme's own words."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from klippekort.domain.calendar import local_day
from klippekort.domain.schemes import Basis, Terms, TermsFrom
from klippekort.platform.i18n import _
from klippekort.punchcards.queries.cards import current_terms, get_card, in_force, versions_of
from klippekort.punchcards.views.picture import in_words
from klippekort.trips.queries.trips import TripRow
from klippekort.trips.views.words import cancel_costs

Names = Mapping[UUID, str]
"""What each of those who ride is called, by the citizen's id."""


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


def planned_words(riders: Sequence[TripRow], terms: Mapping[UUID, Terms], names: Names) -> str:
    """Return what a trip takes from the card; where it is not the same for all who ride, of each by
    name.
    """
    each = _planned(riders, terms)
    if len(set(each.values())) == 1:
        return next(iter(each.values()))
    return ", ".join(f"{names[one]} {words}" for one, words in each.items())


def planned_said(riders: Sequence[TripRow], terms: Mapping[UUID, Terms], names: Names) -> list[str]:
    """Return the same as sentences."""
    each = _planned(riders, terms)
    said = {one: str(_("The trip is %(cost)s.", cost=words)) for one, words in each.items()}
    return _by_name(said, names)


def _planned(riders: Sequence[TripRow], terms: Mapping[UUID, Terms]) -> dict[UUID, str]:
    return {
        row.citizen_id: minutes_words(row.planned_minutes, terms.get(row.citizen_id))
        for row in riders
    }


def basis_said(terms: Mapping[UUID, Terms], names: Names) -> list[str]:
    """Return that the cards pay the planned time, and where only some do, what each pays; of what
    nobody has decided nothing is said.
    """
    words = {
        Basis.PLANNED: str(_("The card pays the planned time.")),
        Basis.ACTUAL: str(_("The card pays the time the trip took.")),
    }
    if all(one.charging.basis is not Basis.PLANNED for one in terms.values()):
        return []
    return _by_name({one: words.get(t.charging.basis) for one, t in terms.items()}, names)


def cancel_said(
    riders: Sequence[TripRow], terms: Mapping[UUID, Terms], names: Names, now: datetime
) -> list[str]:
    """Return what each way of cancelling costs these riders' cards now, each in a sentence of her
    own where it is not the same for all.
    """
    each = {
        row.citizen_id: cancel_costs(terms[row.citizen_id], row.starts_at, now)
        for row in riders
        if row.citizen_id in terms
    }
    causes = dict.fromkeys(cause for said in each.values() for cause in said)
    return [
        line
        for cause in causes
        for line in _by_name({one: said.get(cause) for one, said in each.items()}, names)
    ]


def _by_name(said: Mapping[UUID, str | None], names: Names) -> list[str]:
    """Return a sentence once where it is said of all, else each after the names of whom it is."""
    whom: dict[str, list[str]] = {}
    for one, words in said.items():
        if words is not None:
            whom.setdefault(words, []).append(names[one])
    if len(whom) == 1 and None not in said.values():
        return [*whom]
    return [f"{' & '.join(called)}: {words}" for words, called in whom.items()]


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
