"""How one goes without a helper of ours, in words: to staff, and to the one who goes."""

from klippekort.domain.trips import Company
from klippekort.platform.i18n import _l
from klippekort.trips.forms.book import COMPANY

_TO_HER = {
    Company.RELATIVE: _l("You go there with a relative"),
    Company.FRIEND: _l("You go there with a go-along friend"),
    Company.FLEX: _l("You go there with Flextrafik, without a helper"),
    Company.ALONE: _l("You go there by yourself"),
}


def own_way_words(company: Company) -> str | None:
    """Return how the one who goes is told that she goes; None with a helper of ours."""
    return str(_TO_HER[company]) if company in _TO_HER else None


def staff_words(company: Company) -> str | None:
    """Return how staff are told that somebody goes on their own way; None with a helper of ours."""
    return str(COMPANY[company]) if company in COMPANY else None
