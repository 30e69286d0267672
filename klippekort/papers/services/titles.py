"""What each kind of letter of the law is called, on the letter and wherever it is listed."""

from klippekort.domain.papers.law import LetterKind
from klippekort.platform.i18n import _l

TITLES: dict[LetterKind, str] = {
    LetterKind.GRANT: _l("You get a card"),
    LetterKind.DECLINE: _l("We have said no to a card"),
    LetterKind.CUT: _l("There will be less time on your card"),
    LetterKind.END: _l("Your card has ended"),
    LetterKind.CHANGE: _l("New rules for your card"),
    LetterKind.PAUSE: _l("Your card rests"),
    LetterKind.RESUME: _l("Your card runs again"),
}
