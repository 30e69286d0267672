"""Which language a person reads, and the gettext functions everybody else imports from here."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import flask_babel
from babel import Locale
from babel.support import NullTranslations
from flask import Flask, current_app, g, has_request_context, request
from flask_babel.speaklater import LazyString
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

from klippekort.platform.assets import PACKAGE
from klippekort.platform.languages import DANISH, LANGUAGES, Language, offered


@dataclass(frozen=True)
class _Language:
    """A language: how it writes, its words, and those that templates have `shown` before."""

    locale: Locale
    words: NullTranslations
    shown: dict[str, Markup] = field(default_factory=dict)


def _language() -> _Language | None:
    """Return the reader's language, or None outside the app.

    Flask-Babel looks it up for every word, a hundred times a page; here once a request.
    """
    try:
        found: _Language = g.language
    except AttributeError:
        found = g.language = _look_up()
    except RuntimeError:  # no app is at work
        return None
    return found


def _look_up() -> _Language:
    locale = flask_babel.get_locale()
    known: dict[str, _Language] = current_app.extensions["languages"]
    if str(locale) not in known:
        words = flask_babel.get_domain().get_translations()
        known[str(locale)] = _Language(locale, words)
    return known[str(locale)]


def _(message: str, **values: Any) -> str:
    """Return a message in the reader's language, with these values in it."""
    language = _language()
    said: str = language.words.gettext(message) if language else message
    return said % values if values else said


def ngettext(singular: str, plural: str, num: int, **values: Any) -> str:
    """Return the form of a message that goes with `num`, with it and these values in it."""
    language = _language()
    if language is None:
        said: str = singular if num == 1 else plural
    else:
        said = language.words.ngettext(singular, plural, num)
    return said % {"num": num, **values}


def _l(message: str, **values: Any) -> str:
    """Return a message that is put into the reader's language when it is read."""
    lazy: str = LazyString(_, message, **values)
    return lazy


@contextmanager
def force_locale(locale: str) -> Iterator[None]:
    """Speak another language to the end of the block."""
    g.pop("language", None)
    try:
        with flask_babel.force_locale(locale):
            yield
    finally:
        g.pop("language", None)


@contextmanager
def speaking_to(code: str | None) -> Iterator[None]:
    """Speak the language somebody has chosen to the end of the block, whatever the one who sends it
    reads; Danish where nothing was chosen, or the language is not ready.
    """
    chosen = LANGUAGES.get(code or "", DANISH)
    with force_locale((chosen if chosen.is_ready else DANISH).locale):
        yield


@pass_eval_context
def _shown(context: EvalContext, message: str, **values: Any) -> str:
    """Return a message as a template shows it: its values escaped, itself marked up."""
    language = _language()
    if values or language is None or not context.autoescape:
        said = _(message)
        return (Markup(said) if context.autoescape else said) % values  # noqa: S704
    found = language.shown.get(message)
    if found is None:
        # Messages are ours, from the templates and the catalogue.
        found = language.shown[message] = Markup(_(message)) % {}  # noqa: S704
    return found


@pass_eval_context
def _shown_counted(
    context: EvalContext, singular: str, plural: str, num: int, **values: Any
) -> str:
    language = _language()
    said = language.words.ngettext(singular, plural, num) if language else singular
    values.setdefault("num", num)
    return (Markup(said) if context.autoescape else said) % values  # noqa: S704


COOKIE = "lang"
TIMEZONE = "Europe/Copenhagen"

# WTForms knows no Danish, so its own messages are translated in our catalogue.
FORM_MESSAGES = (
    _l("CSRF failed."),
    _l("CSRF token expired."),
    _l("CSRF token missing."),
    _l("Invalid CSRF Token."),
    _l("Invalid input."),
    _l("Invalid Choice: could not coerce."),
    _l("Invalid email address."),
    _l("Not a valid choice."),
    _l("Not a valid date value."),
    _l("Not a valid datetime value."),
    _l("Not a valid decimal value."),
    _l("Not a valid float value."),
    _l("Not a valid integer value."),
    _l("Not a valid time value."),
    _l("Not a valid week value."),
    _l("Number must be at least %(min)s."),
    _l("Number must be at most %(max)s."),
    _l("Number must be between %(min)s and %(max)s."),
    _l("This field is required."),
    _l("The CSRF token has expired."),
    _l("The CSRF token is invalid."),
    _l("The CSRF token is missing."),
)

__all__ = [
    "COOKIE",
    "TIMEZONE",
    "FormTranslations",
    "_",
    "_l",
    "current_locale",
    "force_locale",
    "html_lang",
    "init_i18n",
    "is_for_everybody",
    "ngettext",
    "other_languages",
    "reader_language",
    "speaking_to",
]


_NO_SUCH_ANSWER = "'%(value)s' is not a valid choice for this field."
"""What WTForms says of ticks that are not among the answers."""


class FormTranslations:
    """WTForms' messages in the reader's language; return one from a form's `get_translations`."""

    def gettext(self, string: str) -> str:
        """Return the message as our catalogue has it, its placeholders untouched."""
        return _(string)

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        """Return the message for the number `n`, its placeholders untouched.

        Answers that are not offered are never read out: often they are ids.
        """
        if singular == _NO_SUCH_ANSWER:
            return _("Not a valid choice.")
        language = _language()
        return str(language.words.ngettext(singular, plural, n)) if language else singular


def init_i18n(app: Flask) -> None:
    """Make the app speak Danish, or what the reader's `lang` cookie asks for."""
    app.config.setdefault("BABEL_DEFAULT_LOCALE", DANISH.locale)
    app.config.setdefault("BABEL_DEFAULT_TIMEZONE", TIMEZONE)
    app.config.setdefault("BABEL_TRANSLATION_DIRECTORIES", str(PACKAGE / "translations"))
    flask_babel.Babel(app, locale_selector=_chosen_locale)
    app.extensions["languages"] = {}
    app.extensions["pages for everybody"] = lambda _endpoint: True
    app.jinja_env.globals.update(
        {"_": _shown, "gettext": _shown, "ngettext": _shown_counted},
        html_lang=html_lang,
        other_languages=other_languages,
        reader_language=reader_language,
        current_locale=current_locale,
    )


def current_locale() -> Locale:
    """Return the reader's locale; Danish outside a request, as in letters and jobs."""
    language = _language()
    return language.locale if language else Locale.parse(DANISH.locale)


def html_lang() -> str:
    """Return the value of `<html lang>` for the reader's language, such as `da` or `en-GB`."""
    return reader_language().html


def reader_language() -> Language:
    """Return the language a page is read in; Danish outside a request."""
    return LANGUAGES[current_locale().language]


def _chosen_locale() -> str | None:
    if not has_request_context():
        return None
    chosen = LANGUAGES.get(request.cookies.get(COOKIE, ""), DANISH)
    return chosen.locale if chosen in offered(whole=not is_for_everybody()) else None


def other_languages() -> list[Language]:
    """Return the languages the page at hand is offered in, but for the one it is read in."""
    here = reader_language()
    return [one for one in offered(whole=not is_for_everybody()) if one is not here]


def is_for_everybody() -> bool:
    """Say whether a page is for citizens, relatives or volunteers too, or open to all."""
    asked: Callable[[str | None], bool] = current_app.extensions["pages for everybody"]
    return asked(request.endpoint)
