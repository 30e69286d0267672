"""Suppliers and districts by the names that files call them."""

from uuid import UUID

from klippekort.imports.reading.faults import Code
from klippekort.imports.services.run import Run
from klippekort.municipalities.queries import list_districts, list_suppliers


class Places:
    """The suppliers and districts of the municipality, read once."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._suppliers = {row.name.casefold(): row.id for row in list_suppliers()}
        self._districts = {row.name.casefold(): row.id for row in list_districts()}
        self._supplier_names = ", ".join(row.name for row in list_suppliers()) or "–"
        self._district_names = ", ".join(row.name for row in list_districts()) or "–"

    def find(self, number: int, supplier: str, district: str | None) -> "Place | None":
        """Return where a row belongs, or None when its supplier or district is unknown."""
        supplier_id = self._suppliers.get(supplier.casefold())
        district_id = self._districts.get(district.casefold()) if district else None
        if supplier_id is None:
            self._run.refuse(
                number, "supplier", Code.UNKNOWN_SUPPLIER, supplier, self._supplier_names
            )
        if district and district_id is None:
            self._run.refuse(
                number, "district", Code.UNKNOWN_DISTRICT, district, self._district_names
            )
        if supplier_id is None or (district and district_id is None):
            return None
        return supplier_id, district_id


Place = tuple[UUID, UUID | None]
