"""Each catalogue holds every text it is for, and every text has its words in the language.

A language that is not whole holds those of the pages that are for everybody.
"""

import ast
import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from configparser import RawConfigParser
from pathlib import Path
from subprocess import CompletedProcess, run
from sys import executable
from typing import Any

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from babel.util import pathmatch
from flask import Flask
from flask_babel import LazyString
from jinja2.meta import find_referenced_templates

from klippekort.app import create_app
from klippekort.citizens.forms import look_words
from klippekort.config import Settings
from klippekort.own_page.views import code_words, column_words, own_codes, package_words
from klippekort.platform.everybody import is_for
from klippekort.platform.languages import LANGUAGES
from tests.reached import of_view, templates_in, texts_in

ROOT = Path(__file__).resolve().parents[2]
TRANSLATED = [code for code in LANGUAGES if code != "en"]  # English stands in the program
READY = [code for code in TRANSLATED if LANGUAGES[code].is_ready]
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd%]")
FOR_EVERYBODY = "klippekort/translations/everybody.cfg"
# What code that a page for everybody reaches says to others than those it is for.
SAID_TO_OTHERS = {
    "klippekort/groups/views/shown.py": "how many came to a meeting: guests are told only when",
    "klippekort/messages/queries/people.py": "whose a device is: read where messages are handled",
    "klippekort/punchcards/forms/question_words.py": "the questions staff answer about a scheme",
    "klippekort/punchcards/forms/questions.py": "the questions staff answer about a scheme",
    "klippekort/punchcards/forms/scheme_words.py": "the questions staff answer about a scheme",
    "klippekort/trips/forms/answers.py": "the questions staff answer about a scheme",
}


def catalogue_of(code: str) -> Path:
    return Path(f"klippekort/translations/{code}/LC_MESSAGES/messages.po")


def texts_for(code: str) -> str:
    """Return the file that says where a language's texts are found."""
    return "babel.cfg" if LANGUAGES[code].is_whole else FOR_EVERYBODY


def pybabel(folder: Path, *arguments: str) -> "CompletedProcess[str]":
    command = [executable, "-m", "babel.messages.frontend", "--quiet", *arguments]
    return run(command, cwd=folder, capture_output=True, text=True, check=False)


def extract(folder: Path, found_by: str, template: Path) -> Path:
    """Write the texts of the program in `folder`, found as `found_by` says, to `template`."""
    extracted = pybabel(
        folder,
        *("extract", f"--mapping={found_by}", "--keywords=_l", "--no-location"),
        *("--sort-output", "--project=Klippekort", "--msgid-bugs-address=none"),
        *(f"--output={template}", "."),
    )
    assert extracted.returncode == 0, extracted.stderr
    return template


def compare(folder: Path, template: Path, code: str = "da") -> "CompletedProcess[str]":
    """Compare the catalogue in `folder` with the texts, as script/translations does."""
    return pybabel(
        folder,
        *("update", f"--input-file={template}", f"--output-file={catalogue_of(code)}"),
        f"--locale={code}",
        *("--no-fuzzy-matching", "--ignore-obsolete", "--ignore-pot-creation-date", "--check"),
    )


def is_up_to_date(folder: Path, template: Path) -> "CompletedProcess[str]":
    """Compare the Danish catalogue in `folder` with the texts there."""
    return compare(folder, extract(folder, texts_for("da"), template))


def read(folder: Path, code: str = "da") -> Catalog:
    with (folder / catalogue_of(code)).open("rb") as file:
        return read_po(file, locale=code)


def forms(text: object) -> list[str]:
    return [str(form) for form in text] if isinstance(text, list | tuple) else [str(text or "")]


def untranslated(catalogue: Catalog) -> list[str]:
    return [
        forms(message.id)[0]
        for message in catalogue
        if message.id and (message.fuzzy or not all(forms(message.string)))
    ]


def disagrees(message: Message) -> bool:
    """Say whether a form has a placeholder its English lacks, or the other way round.

    Only the last, for many, must have them all: others may leave the number out, "one minute".
    """
    english = [set(PLACEHOLDER.findall(form)) for form in forms(message.id)]
    said = [set(PLACEHOLDER.findall(form)) for form in forms(message.string)]
    if len(english) == 1:
        return english != said
    return said[-1] != english[-1] or any(not one <= english[-1] for one in said)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Give a folder with the texts of the program, free to be changed."""
    for name in ("klippekort", "templates"):
        ignored = shutil.ignore_patterns("__pycache__", ".*")
        shutil.copytree(ROOT / name, tmp_path / name, ignore=ignored)
    shutil.copy(ROOT / "babel.cfg", tmp_path)
    return tmp_path


@pytest.fixture(scope="module")
def texts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Give the program's texts by the file that says where they are found."""
    folder = tmp_path_factory.mktemp("texts")
    return {
        found_by: extract(ROOT, found_by, folder / f"{number}.pot")
        for number, found_by in enumerate(sorted({texts_for(code) for code in TRANSLATED}))
    }


@pytest.mark.parametrize("code", TRANSLATED)
def test_a_catalogue_is_up_to_date(texts: dict[str, Path], code: str) -> None:
    answer = compare(ROOT, texts[texts_for(code)], code)
    assert answer.returncode == 0, "Run script/translations.\n" + answer.stdout + answer.stderr


@pytest.mark.parametrize("code", READY)
def test_a_language_is_offered_only_when_every_text_has_its_words(code: str) -> None:
    assert untranslated(read(ROOT, code)) == []


def test_a_language_is_offered_once_every_text_has_its_words() -> None:
    waiting = [code for code in TRANSLATED if code not in READY]
    assert [code for code in waiting if not untranslated(read(ROOT, code))] == []


@pytest.mark.parametrize("code", TRANSLATED)
def test_placeholders_agree(code: str) -> None:
    said = [one for one in read(ROOT, code) if one.id and all(forms(one.string))]
    assert [message.id for message in said if disagrees(message)] == []


def texts_of(template: Path) -> set[str]:
    """Return the texts that were extracted, each form of a counted one."""
    with template.open("rb") as file:
        return {form for message in read_po(file) if message.id for form in forms(message.id)}


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """Give the program with all its pages, on a database that nothing is asked of."""
    folder = tmp_path_factory.mktemp("program")
    url = f"sqlite:///{folder / 'x.db'}"
    return create_app(Settings(folder, url, url, folder / "keys.json"))


def views_for_everybody(app: Flask) -> Iterator[Callable[..., Any]]:
    """Return the views that are not for staff alone, and those that say what went wrong there."""
    blueprints = set()
    for endpoint, view in app.view_functions.items():
        if is_for(app, endpoint):
            blueprints.add(endpoint.rpartition(".")[0] or None)
            yield view
    for blueprint in blueprints:
        for by_error in app.error_handler_spec[blueprint].values():
            yield from by_error.values()


def with_what_they_include(app: Flask, templates: set[str]) -> set[str]:
    """Return templates, and all that they extend, import or include, however deep."""
    waiting, found = list(templates), set(templates)
    while waiting:
        name = waiting.pop()
        tree = app.jinja_env.parse((ROOT / "templates" / name).read_text())
        for other in find_referenced_templates(tree):
            assert other is not None, f"{name} includes what cannot be read from it"
            if other not in found:
                found.add(other)
                waiting.append(other)
    return found


def places_for_everybody() -> list[str]:
    """Return the patterns of the files in which the texts for everybody are found."""
    mapping = RawConfigParser()
    mapping.read(ROOT / FOR_EVERYBODY)
    return [section.partition(":")[2].strip() for section in mapping.sections()]


def is_in(places: list[str], path: str) -> bool:
    return any(pathmatch(place, path) for place in places)


def test_every_place_that_is_searched_for_texts_has_a_file() -> None:
    files = [
        path.relative_to(ROOT).as_posix()
        for folder in ("klippekort", "templates")
        for path in (ROOT / folder).rglob("*.*")
    ]
    places = places_for_everybody()
    assert [place for place in places if not any(is_in([place], path) for path in files)] == []


def test_every_template_of_a_page_for_everybody_is_searched(program: Flask) -> None:
    pieces = {piece for view in views_for_everybody(program) for piece in of_view(view)}
    named = {name for piece in pieces for name in templates_in(*piece)}
    used = with_what_they_include(program, named)
    places = places_for_everybody()
    assert sorted(name for name in used if not is_in(places, f"templates/{name}")) == []
    assert len(used) > 120


def test_every_text_that_a_page_for_everybody_can_say_is_found(
    program: Flask, texts: dict[str, Path]
) -> None:
    known = texts_of(texts[FOR_EVERYBODY])
    missing, spared = set(), set()
    for file, name in {piece for view in views_for_everybody(program) for piece in of_view(view)}:
        path = file.relative_to(ROOT).as_posix()
        lacks = {(path, text) for text in texts_in(file, name) - known}
        if lacks and path in SAID_TO_OTHERS:
            spared.add(path)
        else:
            missing |= lacks
    assert sorted(missing) == []
    assert spared == set(SAID_TO_OTHERS)


def _told(said: object) -> set[str]:
    """Return the texts in what codes are told by, however deep they stand."""
    if isinstance(said, Mapping):
        return {text for one in said.values() for text in _told(one)}
    return {str(said)} if isinstance(said, LazyString) else set()


def test_what_is_kept_about_a_citizen_is_told_in_every_language(texts: dict[str, Path]) -> None:
    """Its codes are chosen by staff, from words that stand among the staff's own."""
    known = texts_of(texts[FOR_EVERYBODY])
    kinds = (look_words, own_codes, code_words, column_words, package_words)
    told = {text for module in kinds for said in vars(module).values() for text in _told(said)}
    assert sorted(told - known) == []
    assert len(told) > 500


def test_a_new_text_in_a_template_is_noticed(copy: Path) -> None:
    (copy / "templates" / "planted.html").write_text('{{ _("Nobody has translated this") }}')
    assert "out of date" in is_up_to_date(copy, copy / "messages.pot").stderr


def test_a_new_lazy_text_in_a_form_is_noticed(copy: Path) -> None:
    (copy / "klippekort" / "planted.py").write_text('TEXT = _l("Nobody has translated this")')
    assert "out of date" in is_up_to_date(copy, copy / "messages.pot").stderr


def test_a_text_without_danish_is_noticed(copy: Path) -> None:
    with (copy / catalogue_of("da")).open("a") as file:
        file.write('\nmsgid "Planted"\nmsgstr ""\n')
    assert "Planted" in untranslated(read(copy))


def test_a_fuzzy_text_is_noticed(copy: Path) -> None:
    with (copy / catalogue_of("da")).open("a") as file:
        file.write('\n#, fuzzy\nmsgid "Planted"\nmsgstr "Plantet"\n')
    assert "Planted" in untranslated(read(copy))


@pytest.mark.parametrize(
    ("english", "danish"),
    [
        ("Hello %(name)s", "Hej %(navn)s"),
        ("Hello", "Hej %(name)s"),
        (("%(num)s day", "%(num)s days"), ("en dag", "dage")),
    ],
)
def test_a_lost_placeholder_is_noticed(english: object, danish: object) -> None:
    assert disagrees(Message(english, danish))  # type: ignore[arg-type]


def test_no_text_is_translated_inside_an_f_string() -> None:
    """The extractor does not look into f-strings, so such a text would stay English for ever."""
    hidden = []
    for path in sorted((ROOT / "klippekort").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.JoinedStr):
                names = {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
                hidden += [f"{path.name}:{node.lineno}"] if names & {"_", "_l", "ngettext"} else []
    assert hidden == []
