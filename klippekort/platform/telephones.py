"""Telephone numbers in rows, sealed: a stolen copy of the database tells nobody's."""

from uuid import UUID

from sqlalchemy import ColumnElement, LargeBinary, String, select
from sqlalchemy.orm import Mapped, mapped_column

from klippekort.platform.db import db
from klippekort.platform.ids import new_id
from klippekort.platform.keys import KeyRing, Place, keys
from klippekort.platform.tenancy import MunicipalityOwned, current_municipality

PHONE = "phone"
"""What a row's sealed number is bound to, beside its municipality and id."""
AT_ONCE = 200


def seal_phone(ring: KeyRing, municipality_id: int, row: UUID, phone: str | None) -> bytes | None:
    """Return a number as the row of a municipality keeps it; None for none."""
    return ring.seal_secret(phone, Place(municipality_id, row, PHONE)) if phone else None


class WithPhone(MunicipalityOwned):
    """A municipality's row with a telephone number: E.164, or None; sealed under the master key.

    `phone_in_clear` was written before numbers were sealed, and holds until it is sealed too; or
    everybody may read it.
    """

    phone_in_clear: Mapped[str | None] = mapped_column("phone", String(20))
    phone_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)

    @property
    def phone(self) -> str | None:
        """Return the number in clear. Raises InvalidTag when it was moved or changed."""
        if self.phone_in_clear is not None or self.phone_sealed is None:
            return self.phone_in_clear
        return keys().unseal_secret(self.phone_sealed, Place(self._home(), self.id, PHONE))

    @phone.setter
    def phone(self, phone: str | None) -> None:
        self.keep_phone(phone)

    def keep_phone(self, phone: str | None, *, is_public: bool = False) -> None:
        """Keep a number: sealed, or in clear where everybody may read it."""
        if phone and is_public:
            self.phone_in_clear, self.phone_sealed = phone, None
            return
        if self.phone_in_clear is None and phone == self.phone:
            return  # sealed anew it would look like a change
        self.id = self.id or new_id()
        self.phone_sealed = seal_phone(keys(), self._home(), self.id, phone)
        self.phone_in_clear = None

    def _home(self) -> int:
        # A new row has none before it is stored.
        return self.municipality_id or current_municipality()

    @classmethod
    def unsealed(cls) -> ColumnElement[bool]:
        """Return the condition that a number is to be sealed and is not yet."""
        return cls.phone_in_clear.is_not(None)


def seal_some() -> int:
    """Seal some of a municipality's numbers that stand in clear, and return how many."""
    for model in WithPhone.__subclasses__():
        wanted = select(model).where(model.unsealed()).limit(AT_ONCE)
        if rows := db.session.scalars(wanted.with_for_update(skip_locked=True)).all():
            for row in rows:
                row.keep_phone(row.phone_in_clear)
            return len(rows)
    return 0
