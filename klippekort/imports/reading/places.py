"""Where something lies, in two columns that are filled in both or not at all."""

from klippekort.domain.travel import DENMARK, Point
from klippekort.imports.reading.cells import degrees
from klippekort.imports.reading.faults import Code
from klippekort.imports.reading.layout import Cells, Column

COLUMNS = (
    Column("latitude", "Breddegrad", ("Lat",)),
    Column("longitude", "Længdegrad", ("Lon", "Lng")),
)
_LATITUDE, _LONGITUDE = (degrees(*bounds) for bounds in DENMARK)


def read_point(cells: Cells) -> Point | None:
    """Return the point on a row, or None where both cells are empty; half a point is a fault."""
    north = cells.optional("latitude", _LATITUDE)
    east = cells.optional("longitude", _LONGITUDE)
    filled = [name for name in ("latitude", "longitude") if cells.is_filled(name)]
    if len(filled) == 1:
        missing = "longitude" if filled == ["latitude"] else "latitude"
        cells.refuse(missing, Code.HALF_A_PLACE)
    return None if north is None or east is None else Point(north, east)
