"""One municipality out of the database, into another one, and away for good."""

from klippekort.operations.moving.ending import Ending, delete_municipality
from klippekort.operations.moving.leaving import export_municipality
from klippekort.operations.moving.package import NotAnExport
from klippekort.operations.moving.settling import Arrival, import_municipality

__all__ = [
    "Arrival",
    "Ending",
    "NotAnExport",
    "delete_municipality",
    "export_municipality",
    "import_municipality",
]
