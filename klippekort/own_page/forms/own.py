"""What a citizen is asked on her own page: what she would like, and why she does not come."""

from collections.abc import Mapping
from typing import Any

from wtforms import BooleanField, RadioField, StringField, TextAreaField, ValidationError
from wtforms.validators import DataRequired, Length, Optional, Regexp

from klippekort.activities.forms import KINDS
from klippekort.domain.liking import SIZES, Liking
from klippekort.domain.trips import CancelReason
from klippekort.municipalities.forms import stripped
from klippekort.platform.forms import KeyedForm, choices
from klippekort.platform.i18n import _, _l
from klippekort.punchcards.forms.pins import without_blanks
from klippekort.waiting.services.wishes import WishFacts

SIX_DIGITS = r"[0-9]{6}\Z"
WHY: dict[str, str] = {
    CancelReason.ILL: _l("I am ill"),
    CancelReason.VISITORS: _l("I have visitors"),
    CancelReason.NOT_TODAY: _l("I would rather stay at home"),
    CancelReason.OTHER: _l("Something else"),
}
_WHY_OF_HER: dict[str, Any] = {
    CancelReason.ILL: _l("%(name)s is ill"),
    CancelReason.VISITORS: _l("%(name)s has visitors"),
    CancelReason.NOT_TODAY: _l("%(name)s would rather stay at home"),
}
SIZE_WORDS: dict[str, str] = {
    "1": _l("Large"),
    "2": _l("Larger"),
    "3": _l("Largest"),
}


class OwnWishForm(KeyedForm):
    """What she would like: in her own words, by a picture, or both."""

    words = TextAreaField(
        _l("Say it in your own words"),
        [Optional(), Length(max=500, message=_l("Use at most 500 letters."))],
        filters=[stripped],
    )
    kind = RadioField(
        _l("Or choose a picture"), [Optional()], choices=choices(KINDS), validate_choice=False
    )

    def validate_kind(self, field: Any) -> None:
        """Refuse a picture that is none."""
        if field.data and field.data not in KINDS:
            raise ValidationError(_("Choose one of the pictures."))

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        """Ask for words or a picture, where there is neither."""
        is_good: bool = super().validate(extra_validators)
        if is_good and not self.words.data and not self.kind.data:
            self.words.errors = [_("Write what you would like, or choose a picture.")]
            return False
        return is_good

    def facts(self) -> WishFacts:
        """Return the answers of a valid form."""
        kind = self.kind.data or None
        words = self.words.data or str(KINDS[kind or "other"])
        return WishFacts(words, kind, agreed_how="own_page")


class OwnCancelForm(KeyedForm):
    """Why she does not come; she need not say."""

    reason = RadioField(
        _l("Would you say why?"), [Optional()], choices=choices(WHY), validate_choice=False
    )

    def tell_of(self, first_name: str) -> None:
        """Let a relative answer for her: the answers are said of her, not of whoever reads."""
        said = {code: str(word) % {"name": first_name} for code, word in _WHY_OF_HER.items()}
        self.reason.choices = choices({**WHY, **said})

    @property
    def chosen(self) -> CancelReason:
        """Return the answer; no answer is "something else"."""
        given = self.reason.data
        return CancelReason(given) if given in set(WHY) else CancelReason.OTHER


class LikingForm(KeyedForm):
    """How large the letters are to be, and whether in strong colours."""

    size = RadioField(
        _l("How large should the letters be?"), choices=choices(SIZE_WORDS), default="1"
    )
    is_strong = BooleanField(_l("Strong colours: white and yellow on black"))

    @property
    def liking(self) -> Liking:
        """Return the answers of a valid form."""
        size = self.size.data if self.size.data in SIZES else "1"
        return Liking(size, bool(self.is_strong.data))


class SixDigitsForm(KeyedForm):
    """The code that was sent to her phone."""

    code = StringField(
        _l("The six digits we sent you"),
        filters=[without_blanks],
        validators=[
            DataRequired(_l("Type the six digits from your phone.")),
            Regexp(SIX_DIGITS, message=_l("The code has six digits.")),
        ],
    )


WANTED: dict[str, str] = {
    "data": _l("All we keep about the citizen"),
    "looks": _l("Who has looked at the citizen's data"),
}


class AskedForm(KeyedForm):
    """What a citizen has asked staff to send her."""

    what = RadioField(
        _l("What does the citizen want by letter?"),
        choices=choices(WANTED),
        default="data",
        validate_choice=False,
    )

    def validate_what(self, field: Any) -> None:
        """Refuse what is not on the list."""
        if field.data not in WANTED:
            raise ValidationError(_("Choose what the citizen wants."))
