"""The ground rules of a group as those who come may read them."""

from functools import cache
from uuid import UUID

from klippekort.groups.forms import words
from klippekort.groups.forms.telling import tells
from klippekort.groups.queries import groups as queries
from klippekort.platform.i18n import _, force_locale
from klippekort.platform.languages import LANGUAGES


def rules_of(group_id: UUID) -> list[str]:
    """Return the ground rules as they are now, line by line, for those who come.

    A line of a group's own that would tell what it is about is left to those who lead it: a page
    can be read over a shoulder.
    """
    row = queries.latest_rules(group_id)
    lines = [line for line in row.text.splitlines() if line] if row else []
    shown = [line for line in lines if not tells(line) or line in _suggested()]
    if len(shown) < len(lines):
        shown.append(_("There is more. Whoever leads the group can tell you."))
    return shown


@cache
def _suggested() -> frozenset[str]:
    """Return the lines of the rules that groups are set up with, in every language; none of them
    tells anything.
    """
    found: set[str] = set()
    for language in LANGUAGES.values():
        with force_locale(language.locale):
            found.update(str(words.RULES).splitlines())
    return frozenset(found)
