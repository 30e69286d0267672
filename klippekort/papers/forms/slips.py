"""What stands on a slip, in words, for whoever types it in."""

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID

from wtforms import TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional

from klippekort.domain.errors import NotFound
from klippekort.papers.queries import ReplySlip
from klippekort.papers.services.slips import RING, WISH, Ticked
from klippekort.platform.formatting import moment
from klippekort.platform.forms import KeyedForm, at_most, several
from klippekort.platform.i18n import _, _l
from klippekort.trips.queries.trips import get_trip
from klippekort.waiting.queries.offers import get_offer

LONGEST_WISH = 400


class SlipForm(KeyedForm):
    """What is ticked, and what is written on the line."""

    boxes = several(_l("What is ticked?"), {})
    wish = TextAreaField(
        _l("What stands on the line?"),
        [Optional(), at_most(LONGEST_WISH)],
        filters=[lambda typed: (typed or "").strip()],
    )

    def offer(self, words: dict[str, str]) -> None:
        """Fill the boxes of this slip."""
        field: Any = self.boxes
        field.choices = [SelectChoice(code, said) for code, said in words.items()]

    def ticked(self) -> Ticked:
        """Return what was ticked and written."""
        return Ticked(frozenset(self.boxes.data or ()), self.wish.data or "")


def box_words(slip: ReplySlip, today: date) -> dict[str, str]:
    """Return what each box of a slip says, by its name; what is gone is left out."""
    return dict(_boxes(slip, today))


def _boxes(slip: ReplySlip, today: date) -> Iterator[tuple[str, str]]:
    for box in slip.boxes:
        match box["kind"]:
            case "cannot":
                if (trip := _about(UUID(box["id"]), slip.citizen_id, today)) is not None:
                    yield box["box"], str(_("%(box)s: Cannot come. %(trip)s", trip=trip, **box))
            case "yes" | "no":
                if (offer := _offered(UUID(box["id"]), slip.citizen_id, today)) is not None:
                    said = _("Yes, please") if box["kind"] == "yes" else _("No, thank you")
                    name = box["box"].partition("-")[0]
                    yield box["box"], f"{name}: {said}. {offer}"
            case "wish":
                yield WISH, str(_("Would like something: write it below"))
            case "ring":
                yield RING, str(_("Wants a call"))


def _about(trip_id: UUID, citizen_id: UUID, today: date) -> str | None:
    try:
        row = get_trip(trip_id, citizen_id)
    except NotFound:
        return None
    return f"{row.destination}, {moment(row.starts_at, today)}"


def _offered(offer_id: UUID, citizen_id: UUID, today: date) -> str | None:
    try:
        return _about(get_offer(offer_id).trip.id, citizen_id, today)
    except NotFound:
        return None


def outcome_words(said: dict[str, str], boxes: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Return what came of each box as a line to tell, with its tone."""
    for box, came in said.items():
        if box == RING:
            yield str(_("She stands on the call list.")), "info"
        elif box == WISH and came == "done":
            yield str(_("The wish is written down.")), "success"
        elif came == "done":
            yield str(_("Done: %(what)s", what=boxes.get(box, box))), "success"
        elif came == "ask":
            yield str(_("Call and ask: %(what)s", what=boxes.get(box, box))), "warning"
        else:
            yield (
                str(_("It is over: %(what)s. Call and tell.", what=boxes.get(box, box))),
                "warning",
            )
