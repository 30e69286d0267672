"""Who brings letters of the law to Digital Post: an adapter the program was started with, or the
municipality's own distribution, which other messages go by too.
"""

from dataclasses import dataclass
from uuid import UUID

from klippekort.config import DigitalPost
from klippekort.messages.queries.people import home
from klippekort.messages.queries.settings import get_rules
from klippekort.platform.gateways import digital, digital_post
from klippekort.platform.gateways.letter_post import LetterPost, Post, letter_post


@dataclass(frozen=True)
class Distribution:
    """The municipality's own system for print and distribution, as a bringer of letters.

    Only it knows who is exempt; what it does not deliver comes back as a receipt.
    """

    place: DigitalPost
    sender_number: str
    sender_name: str

    def reaches(self, person_number: str) -> bool:
        """Say yes to everybody: whoever is exempt is told of afterwards."""
        return bool(person_number)

    def send(self, post: Post) -> str:
        """Hand a package over and return the name it was taken under. Raises NotNow, Refused."""
        letter_id = UUID(post.key.partition(".")[2])
        package = digital.Package(
            id=letter_id,
            label=post.title,
            sender_number=self.sender_number,
            sender_name=self.sender_name,
            person_number=post.person_number,
            document=post.pdf,
            made_at=post.made_at,
        )
        return digital.send(self.place, post.key, package)


def post_for(*, has_chosen_it: bool) -> LetterPost | None:
    """Return who brings a citizen's letters to Digital Post, or None where she gets them on paper.

    An adapter can look up who is reached. The distribution cannot, so that only those whose letters
    are to come by Digital Post are sent to by it.
    """
    adapter = letter_post()
    if adapter is not None or not has_chosen_it:
        return adapter
    place, number = digital_post(), get_rules().cvr
    return Distribution(place, number, home().name) if place and number else None
