"""Reading what goes out on paper."""

from klippekort.papers.models import LawLetter, ReplySlip

__all__ = ["LawLetter", "ReplySlip"]
