"""Reading groups, their people, their meetings and what was learnt."""

from klippekort.groups.queries.address import MeetingAddress, meeting_address

__all__ = ["MeetingAddress", "meeting_address"]
