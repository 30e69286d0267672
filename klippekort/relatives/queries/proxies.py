"""Reading what a relative may do for a citizen: asked anew by every request."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select

from klippekort.domain.proxies import Evidence, Line, Proxy, Purpose, Standing, Step, standing
from klippekort.platform.db import db
from klippekort.relatives.models import ProxyLine, Relative


def purposes(account_id: UUID, citizen_id: UUID, *, today: date) -> frozenset[str]:
    """Return what the holder of a log-in may do for a citizen on a day: of see, propose, book,
    cancel and messages.

    Nothing for whoever has no proxy, or had one. Ask it in each request: it ends at once.
    """
    mine = select(Relative.id).filter_by(account_id=account_id, citizen_id=citizen_id)
    ids = db.session.scalars(mine).all()
    held = [one.allows(today) for one in standings(ids).values()]
    return frozenset(str(purpose) for purpose in frozenset[Purpose]().union(*held))


def standings(relative_ids: Collection[UUID]) -> dict[UUID, Standing]:
    """Return how the proxy of each of these relatives stands."""
    found = histories(relative_ids)
    return {key: standing(as_line(row) for row in found.get(key, ())) for key in relative_ids}


def histories(relative_ids: Collection[UUID]) -> dict[UUID, list[ProxyLine]]:
    """Return the lines of these relatives' proxies, oldest first."""
    if not relative_ids:
        return {}
    rows = db.session.scalars(
        select(ProxyLine)
        .where(ProxyLine.relative_id.in_(relative_ids))
        .order_by(ProxyLine.relative_id, ProxyLine.seq)
    )
    found: dict[UUID, list[ProxyLine]] = defaultdict(list)
    for row in rows:
        found[row.relative_id].append(row)
    return found


def as_lines(rows: Iterable[ProxyLine]) -> Sequence[Line]:
    """Return stored lines as the rules take them."""
    return [as_line(row) for row in rows]


def as_line(row: ProxyLine) -> Line:
    """Return a stored line as the rules take it."""
    if row.from_on is None or row.evidence is None:
        return Line(Step(row.step))
    given = frozenset(Purpose(one) for one in row.purposes)
    return Line(Step(row.step), Proxy(given, row.from_on, row.until_on, Evidence(row.evidence)))
