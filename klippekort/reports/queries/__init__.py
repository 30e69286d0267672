"""Reading what the reports are made of."""

from klippekort.reports.queries.counting import Counts, counts

__all__ = ["Counts", "counts"]
