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
# A card that runs already is given for one more reason; the meaning of its letter begins so too.
ONE_MORE = "one_more"
ONE_MORE_REASON = _l("One more reason for your card")
CAUSES: dict[str, str] = {str(kind): said for kind, said in TITLES.items()}
CAUSES[ONE_MORE] = ONE_MORE_REASON


def title_of(kind: str, cause: str) -> str:
    """Return what a letter of this kind is called; `cause` is its meaning."""
    is_one_more = cause.startswith(f"{ONE_MORE}:")
    return str(ONE_MORE_REASON if is_one_more else TITLES[LetterKind(kind)])
