"""What is asked about the board, what is shared, who comes to see, and what members say."""

from collections.abc import Mapping
from datetime import time
from typing import Any
from uuid import UUID

from flask_wtf.file import FileField
from wtforms import Field, ValidationError
from wtforms.validators import Optional

from klippekort.activities.services import Made, NotAPicture, PictureTooLarge, remake
from klippekort.activities.services.images import MOST_BYTES as MOST_OF_A_PICTURE
from klippekort.domain.groups.board import MOST_LETTERS, About, Board
from klippekort.groups.forms.fields import check_link, clock, line, listed, one_of, text, tick
from klippekort.groups.forms.telling import tells
from klippekort.groups.forms.words import (
    ABOUT,
    BOARDS,
    QUESTIONS,
    VISIT_OUTCOMES,
    YES_PARTLY_NO,
)
from klippekort.groups.services import Minding, Reply, Shared
from klippekort.groups.services.papers import MOST_BYTES as MOST_OF_A_PAPER
from klippekort.groups.services.papers import NotAPaper, PaperTooLarge, remake_paper
from klippekort.platform.forms import KeyedForm, choices
from klippekort.platform.i18n import _, _l


def refuse_telling(field: Field) -> None:
    """Refuse words that say what the group is about."""
    if tells(field.data or "", has_people=True):
        raise ValidationError(_("These words tell what the group is about. Choose others."))


class BoardForm(KeyedForm):
    """Who writes on the board."""

    board = one_of(
        _l("Who writes on the message board?"),
        BOARDS,
        _l("Choose who writes."),
        description=_l("Without a board, all that stands on it is deleted."),
    )

    def said(self) -> Board:
        """Return the answer of a valid form."""
        return Board(self.board.data)


class PostForm(KeyedForm):
    """A practical message."""

    about = one_of(_l("What is it about?"), ABOUT, _l("Choose what it is about."))
    words = text(
        _l("Message"),
        _l("Write the message."),
        most=MOST_LETTERS,
        hint=_l("Practical things only. Nothing about how anybody is."),
    )

    def kind(self) -> About:
        """Return what a valid form is about."""
        return About(self.about.data)


class SettingsForm(KeyedForm):
    """What holds for all groups."""

    board_opens = clock(_l("Message boards open at"), _l("Write when they open."))
    board_closes = clock(_l("Message boards close at"), _l("Write when they close."))
    on_weekends = tick(_l("Somebody minds them on weekends too"))
    call = line(
        _l("Whom to call when they are closed"),
        most=20,
        hint=_l("A phone number. Leave it empty for the municipality's own."),
    )
    manual_url = line(
        _l("Link to the manual of those who lead"), most=300, hint=_l("It begins with https://.")
    )
    supervision = line(
        _l("Supervision"), most=200, hint=_l("For example: the first Monday of the month at 16.")
    )

    def validate_board_closes(self, field: Field) -> None:
        """Refuse a board that closes before it opens."""
        opens: time | None = self.board_opens.data
        if opens is not None and field.data is not None and field.data <= opens:
            raise ValidationError(_("It must close after it opens."))

    def validate_call(self, field: Field) -> None:
        """Refuse what nobody can call."""
        if sum(letter.isdigit() for letter in field.data) < 3:
            raise ValidationError(_("Write a phone number."))

    def validate_manual_url(self, field: Field) -> None:
        """Refuse a link that browsers would not open safely."""
        check_link(field)

    def said(self) -> Minding:
        """Return the answers of a valid form."""
        return Minding(
            board_opens=self.board_opens.data,
            board_closes=self.board_closes.data,
            on_weekends=bool(self.on_weekends.data),
            call=self.call.data or None,
            manual_url=self.manual_url.data or None,
            supervision=self.supervision.data or "",
        )


class MaterialForm(KeyedForm):
    """Something to share: a link, or a file that is a picture or a PDF."""

    title = line(_l("What is it?"), _l("Write what it is."), most=120)
    meeting = listed(_l("For which meeting?"))
    url = line(_l("Link"), most=300, hint=_l("It begins with https://."))
    file = FileField(
        _l("Or a file"),
        [Optional()],
        description=_l("A photo (JPEG, PNG or WebP) of at most 12 MB, or a PDF of at most 5 MB."),
    )
    shared: Shared

    def validate_title(self, field: Field) -> None:
        """Refuse words that say what the group is about: those who come read them."""
        refuse_telling(field)

    def offer(self, meetings: Mapping[str, str]) -> None:
        """Fill in the meetings by their ids."""
        self.meeting.choices = choices({"": _("For the whole group"), **meetings})

    def validate_url(self, field: Field) -> None:
        """Refuse a link that browsers would not open safely."""
        check_link(field)

    def validate(self, extra_validators: Any = None) -> bool:
        """Say whether all was answered, with a link or a file and not both."""
        is_fine = bool(super().validate(extra_validators))
        content = self.file.data.stream.read(MOST_OF_A_PICTURE + 1) if self.file.data else b""
        if bool(content) == bool(self.url.data):
            self.url.errors = [*self.url.errors, _("Give a link or a file, one of them.")]
            return False
        if content and not self._read(content):
            return False
        if not content:
            self.shared = Shared(self.title.data or "", "link", url=self.url.data)
        return is_fine

    def _read(self, content: bytes) -> bool:
        """Read a file, made anew, and say whether it may be shared."""
        try:
            is_paper = content.startswith(b"%PDF")
            kind = "pdf" if is_paper else "picture"
            made = remake_paper(content) if is_paper else remake(content).large
        except (NotAPaper, NotAPicture, PaperTooLarge, PictureTooLarge) as refusal:
            self.file.errors = [_why_not(refusal)]
            return False
        self.shared = Shared(self.title.data or "", kind, content=made)
        return True

    @property
    def for_meeting(self) -> UUID | None:
        """Return the meeting it is for, or None for the whole group."""
        return UUID(self.meeting.data) if self.meeting.data else None


def _why_not(refusal: Exception) -> str:
    match refusal:
        case PaperTooLarge():
            size = MOST_OF_A_PAPER // 1024 // 1024
            return str(
                _("The paper is larger than %(size)s MB, or has more than 50 pages.", size=size)
            )
        case PictureTooLarge():
            return str(_("The picture is larger than 12 MB. Choose a smaller one."))
    return str(_("We cannot read that file. Choose a photo (JPEG, PNG, WebP) or a PDF."))


class GroupPictureForm(KeyedForm):
    """A picture of the place or of who meets you; nobody is shown who has not said yes."""

    file = FileField(
        _l("The picture"), description=_l("A photo of at most 12 MB: JPEG, PNG or WebP.")
    )
    text = line(_l("What is seen on it?"), _l("Write what is seen on the picture."), most=200)
    said_yes = tick(_l("Whoever can be recognised on it has said yes"))
    made: Made

    def validate_text(self, field: Field) -> None:
        """Refuse words that say what the group is about: those who come read them."""
        refuse_telling(field)

    def validate_file(self, field: Field) -> None:
        """Read the picture and make it anew, or say in words what is wrong with it."""
        content = field.data.stream.read(MOST_OF_A_PICTURE + 1) if field.data else b""
        if not content:
            raise ValidationError(_("Choose a picture."))
        try:
            self.made = remake(content)
        except (NotAPicture, PictureTooLarge) as refusal:
            raise ValidationError(_why_not(refusal)) from None

    def validate_said_yes(self, field: Field) -> None:
        """Ask for a yes first."""
        if not field.data:
            raise ValidationError(_("Ask them first."))


class VisitForm(KeyedForm):
    """Somebody who comes to see once."""

    first_name = line(_l("First name"), most=60)
    contact = line(
        _l("How do we reach them?"),
        _l("Write how to reach them."),
        most=200,
        hint=_l("A phone number. It is deleted when the visit is over."),
    )

    def offer(self, *, has_names: bool) -> None:
        """Leave out what the group does not keep."""
        if not has_names:
            del self.first_name

    @property
    def name(self) -> str | None:
        """Return the first name, where it is asked for."""
        return (self.first_name.data or None) if "first_name" in self else None


class VisitOverForm(KeyedForm):
    """What came of a visit."""

    outcome = one_of(_l("What came of it?"), VISIT_OUTCOMES, _l("Choose what came of it."))


class ShortForm(KeyedForm):
    """Three questions and a line, after some meetings and at the end. Nobody's name."""

    welcome = one_of(QUESTIONS["welcome"], YES_PARTLY_NO, _l("Choose an answer."))
    gain = one_of(QUESTIONS["gain"], YES_PARTLY_NO, _l("Choose an answer."))
    going_on = one_of(QUESTIONS["going_on"], YES_PARTLY_NO, _l("Choose an answer."))
    words = text(_l("What should be otherwise?"), hint=_l("No names. Leave it empty if you like."))

    def said(self) -> Reply:
        """Return the answers of a valid form."""
        return Reply(self.welcome.data, self.gain.data, self.going_on.data, self.words.data or "")


class ChangeForm(KeyedForm):
    """What was changed because the group said so."""

    text = text(
        _l("What did you change?"),
        _l("Write what you changed."),
        hint=_l("The group reads it: you said this, and so we did that."),
    )

    def validate_text(self, field: Field) -> None:
        """Refuse words that say what the group is about: a page can be read over a shoulder."""
        refuse_telling(field)


class HostForm(KeyedForm):
    """A member who would like to help others as a volunteer."""

    name = line(_l("Name"), _l("Write the name."))
    phone = line(_l("Phone"), _l("Write the phone number."), most=20)
    said_yes = tick(_l("They have said yes themselves, and know that they will be called"))

    def validate_said_yes(self, field: Field) -> None:
        """Ask for a yes of their own."""
        if not field.data:
            raise ValidationError(_("Ask first. Nobody becomes a volunteer without a yes."))


class ProxyForm(KeyedForm):
    """Whether those who act for a citizen may see that she is in the group."""

    shows = tick(_l("Whoever acts for them may see that they are in this group"))


class NumberForm(KeyedForm):
    """Whether the others in the group may have a member's phone number."""

    shares = tick(_l("The others may have their phone number"))
