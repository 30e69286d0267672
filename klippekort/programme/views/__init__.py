"""The pages, papers and feeds of the programme."""

from klippekort.programme.views import feeds, finding, paper, public
from klippekort.programme.views.blueprint import bp

__all__ = ["bp", "feeds", "finding", "paper", "public"]
