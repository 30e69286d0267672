"""Who vouches for people: as the municipality has set it, or the operator in the environment."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from klippekort.accounts.models.sign_in import SecondFactorRule, SignInGroup, SignInProvider
from klippekort.config import GivenProvider
from klippekort.domain.errors import NotFound
from klippekort.domain.permissions import Role
from klippekort.domain.sign_in import Level
from klippekort.municipalities.queries import get_municipality, list_municipalities
from klippekort.platform.db import db
from klippekort.platform.keys import Place, keys
from klippekort.platform.outgoing import given_providers
from klippekort.platform.sorting import alphabetical

STAFF, CITIZENS = "staff", "citizens"


@dataclass(frozen=True)
class Provider:
    """Who vouches for staff or citizens of one municipality, ready to be asked.

    `is_given` by the environment are issuer, client and secret: no page changes them.
    """

    id: UUID
    municipality_id: int
    slug: str
    place: str
    kind: str
    issuer: str
    client_id: str
    secret_sealed: bytes | None
    scope: str
    group_claim: str
    supplier_claim: str
    district_claim: str
    employee_claim: str
    number_claim: str
    level_claim: str
    least_level: Level | None
    asked_level: str
    is_on: bool
    given: GivenProvider | None = None

    @property
    def is_given(self) -> bool:
        """Say whether the operator has set it in the environment."""
        return self.given is not None

    def secret(self) -> str:
        """Return what the provider knows us by."""
        if self.given is not None:
            return self.given.secret
        if self.secret_sealed is None:
            return ""
        return keys().unseal_secret(self.secret_sealed, secret_place(self.id))


def secret_place(provider_id: UUID) -> Place:
    """Return where a client's secret belongs."""
    return Place(0, provider_id, "sign_in_provider.secret")


def _read(row: SignInProvider, slug: str, name: str) -> Provider:
    given = next(
        (one for one in given_providers() if (one.slug, one.kind) == (slug, row.kind)), None
    )
    return Provider(
        row.id,
        row.municipality_id,
        slug,
        name,
        row.kind,
        given.issuer if given else row.issuer,
        given.client_id if given else row.client_id,
        row.secret_sealed,
        row.scope,
        row.group_claim,
        row.supplier_claim,
        row.district_claim,
        row.employee_claim,
        row.number_claim,
        row.level_claim,
        Level(row.least_level) if row.least_level else None,
        row.asked_level,
        row.is_on,
        given,
    )


def list_providers(kind: str) -> list[Provider]:
    """Return those in use who vouch for staff, or citizens, by the municipality's name."""
    wanted = select(SignInProvider).filter_by(kind=kind, is_on=True)
    rows = {row.municipality_id: row for row in db.session.scalars(wanted)}
    if not rows:
        return []
    homes = [home for home in list_municipalities() if home.id in rows]
    return [_read(rows[home.id], home.slug, home.name) for home in homes]


def find_provider(slug: str, kind: str) -> Provider | None:
    """Return who vouches for a municipality's staff, or citizens, or None when nobody does."""
    return next((one for one in list_providers(kind) if one.slug == slug), None)


def find_own_provider(municipality_id: int, kind: str) -> Provider | None:
    """Return how a municipality has set its provider, in use or not; None when it has not."""
    wanted = select(SignInProvider).filter_by(municipality_id=municipality_id, kind=kind)
    row = db.session.scalars(wanted).one_or_none()
    if row is None:
        return None
    home = get_municipality(municipality_id)
    return _read(row, home.slug, home.name)


def get_provider(provider_id: UUID) -> Provider:
    """Return a provider, in use or not. Raises NotFound."""
    row = db.session.scalars(select(SignInProvider).filter_by(id=provider_id)).one_or_none()
    if row is None:
        raise NotFound
    home = get_municipality(row.municipality_id)
    return _read(row, home.slug, home.name)


def list_groups() -> Sequence[SignInGroup]:
    """Return what the groups of the municipality at hand give, by name."""
    return db.session.scalars(select(SignInGroup).order_by(alphabetical(SignInGroup.name))).all()


def roles_with_second_factor() -> frozenset[Role]:
    """Return the roles that may not log in by password alone in the municipality at hand."""
    return frozenset(Role(role) for role in db.session.scalars(select(SecondFactorRule.role)))
