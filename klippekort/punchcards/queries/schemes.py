"""Reading schemes and their dated terms."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from klippekort.domain.errors import NotFound
from klippekort.domain.schemes import TermsFrom, from_json
from klippekort.platform.db import db
from klippekort.platform.sorting import alphabetical
from klippekort.punchcards.models import PunchCard, Scheme, SchemeTerms
from klippekort.punchcards.queries.cards import versions_of


def list_schemes() -> Sequence[Scheme]:
    """Return the municipality's schemes by name."""
    return db.session.scalars(select(Scheme).order_by(alphabetical(Scheme.name))).all()


def with_names(cards: Sequence[PunchCard]) -> list[tuple[str, PunchCard]]:
    """Return cards with the names of their schemes."""
    names = {scheme.id: scheme.name for scheme in list_schemes()} if cards else {}
    return [(names[one.scheme_id], one) for one in cards]


def get_scheme(scheme_id: UUID) -> Scheme:
    """Return a scheme. Raises NotFound."""
    found = db.session.scalars(select(Scheme).filter_by(id=scheme_id)).one_or_none()
    if found is None:
        raise NotFound
    return found


def lock_scheme(scheme_id: UUID) -> Scheme:
    """Return a scheme that nobody else can change before this transaction ends. Raises NotFound."""
    found = select(Scheme).filter_by(id=scheme_id).with_for_update()
    scheme = db.session.scalars(found).one_or_none()
    if scheme is None:
        raise NotFound
    return scheme


def find_scheme(name: str) -> Scheme | None:
    """Return the scheme of this name, large and small letters alike, or None."""
    wanted = name.strip().casefold()
    return next((row for row in list_schemes() if row.name.casefold() == wanted), None)


def terms_of(scheme_id: UUID) -> tuple[TermsFrom, ...]:
    """Return the dated terms of a scheme, oldest first; empty for an unknown scheme."""
    return versions_of(scheme_id)


def terms_of_all() -> dict[UUID, tuple[TermsFrom, ...]]:
    """Return the dated terms of every scheme, oldest first."""
    found: dict[UUID, tuple[TermsFrom, ...]] = {}
    for row in db.session.scalars(select(SchemeTerms).order_by(SchemeTerms.from_on)):
        version = TermsFrom(row.from_on, from_json(row.terms))
        found[row.scheme_id] = (*found.get(row.scheme_id, ()), version)
    return found


def list_versions(scheme_id: UUID) -> Sequence[SchemeTerms]:
    """Return the stored versions of a scheme's terms, oldest first."""
    found = select(SchemeTerms).filter_by(scheme_id=scheme_id).order_by(SchemeTerms.from_on)
    return db.session.scalars(found).all()
