"""Who is responsible for a citizen's open course: they may see how she is."""

from uuid import UUID

from klippekort.courses.queries.courses import find_open
from klippekort.measures.queries.measures import WhoIsResponsible


def responsible_for(question: WhoIsResponsible) -> list[UUID]:
    """Answer who is responsible for what is done for a citizen."""
    course = find_open(question.citizen_id)
    return [course.responsible_id] if course is not None and course.responsible_id else []
