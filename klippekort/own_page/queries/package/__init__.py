"""All that is kept about one citizen, gathered from every feature."""

from klippekort.own_page.queries.package.gathering import Package, Section, gather

__all__ = ["Package", "Section", "gather"]
