"""What somebody is told who was not let in: calm, what to do, and nothing that gives a hint."""

from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue

from klippekort.accounts.queries.providers import CITIZENS, Provider
from klippekort.platform.i18n import _l

_ANEW = _l("Something went wrong on the way. Begin once more from the log-in page.")
_WORDS: dict[str, Any] = {
    "state": _l("The log-in was begun in another window, or took too long. Begin once more."),
    "refused_there": _l("You did not finish the log-in. Nothing has happened. You can try again."),
    "no_level": _l("Your log-in does not say how sure it is. Log in in a safer way."),
    "low_level": _l("Your log-in is not safe enough for this. Log in in a safer way."),
    "no_role": _l("You are logged in, but nobody has given you access to Klippekort yet."),
    "two_places": _l("You are in two groups that do not go together. Ask your administrator."),
    "supplier": _l("We could not see which supplier you work for. Ask your administrator."),
    "district": _l("We could not see which district you work in. Ask your administrator."),
    "not_on_roster": _l("You are not on the roster yet. Ask your planner to put you there."),
    "closed": _l("Your access is closed. Ask your administrator."),
    "shared": _l("You also work in another municipality. Use the log-in you had before."),
    "person_taken": _l("Somebody else logs in as you. Tell your administrator at once."),
    "somebody_else": _l("You logged in as somebody else than before. Log out, and begin anew."),
    "not_fresh": _l("You were let through without showing who you are. Begin once more."),
}
_UNKNOWN = _l("We could not find you here. It may be a mistake. Call us, and we will help.")
_SILENT = _l("The log-in service does not answer just now. Wait a little, and try again.")


def not_let_in(provider: Provider | None, code: str) -> ResponseReturnValue:
    """Answer with a page that says why, and whom to call."""
    if provider is not None and provider.kind == CITIZENS and code in ("unknown_citizen", "closed"):
        words = _UNKNOWN
    elif code.startswith("silent_"):
        words = _SILENT
    else:
        words = _WORDS.get(code, _ANEW)
    page = render_template("accounts/not_let_in.html", words=words, provider=provider)
    return page, 503 if code.startswith("silent_") else 403 if provider else 400
