"""A scheme as a file that others can read, keep and take over."""

from datetime import date
from uuid import UUID

from klippekort.domain.errors import NotFound
from klippekort.domain.presets import PRESETS
from klippekort.domain.schemes import SchemeFile, Setting, dump, terms_on
from klippekort.municipalities.queries import get_municipality
from klippekort.platform.tenancy import current_municipality
from klippekort.punchcards.queries import schemes as queries


def as_toml(scheme_id: UUID, day: date) -> str:
    """Return what a scheme says on a day, or from its first day, as TOML. Raises NotFound."""
    row = queries.get_scheme(scheme_id)
    versions = queries.terms_of(scheme_id)
    if not versions:
        raise NotFound
    preset = PRESETS.get(row.preset or "")
    return dump(
        SchemeFile(
            terms_on(versions, day) or versions[0].terms,
            row.name,
            get_municipality(current_municipality()).name,
            Setting(row.setting),
            preset.source if preset else "",
        )
    )
