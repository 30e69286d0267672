"""What every page promises: valid, one heading, named controls, Danish throughout."""

from collections import Counter
from pathlib import Path
from xml.etree.ElementTree import Element

import html5lib
from babel.messages.pofile import read_po

HTML = "{http://www.w3.org/1999/xhtml}"
DATA = "application/ld+json"  # what search engines read; no browser runs it
CATALOGUE = Path(__file__).parent.parent / "klippekort/translations/da/LC_MESSAGES/messages.po"


def _english() -> frozenset[str]:
    """Return the English messages whose Danish is another: none of them may stand on a Danish
    page.
    """
    with CATALOGUE.open("rb") as file:
        catalogue = read_po(file, locale="da")
    return frozenset(
        message.id
        for message in catalogue
        if isinstance(message.id, str)
        and message.id
        and message.string != message.id
        and "%" not in message.id
        and len(message.id) > 3
    )


ENGLISH = _english()


def faults_of(html: str, *, language: str = "da") -> list[str]:
    """Return what is wrong with a page, in words; an empty list is a good page."""
    parser = html5lib.HTMLParser(namespaceHTMLElements=True)
    root = parser.parse(html)
    faults = [f"invalid HTML: {error[1]} {error[2]}" for error in parser.errors]
    elements = list(root.iter())
    faults += _heading_faults(elements)
    faults += _id_faults(elements)
    faults += _label_faults(root, elements)
    faults += [
        "a form that posts without a token"
        for form in elements
        if form.tag == f"{HTML}form"
        and form.get("method", "get").lower() == "post"
        and not any((field.get("name") or "").endswith("csrf_token") for field in form.iter())
    ]
    if root.get("lang") != language:
        faults.append(f"language is {root.get('lang')}")
    if language == "da":
        texts = {" ".join((e.text or "").split()) for e in elements} | {
            " ".join((e.tail or "").split()) for e in elements
        }
        faults += [f"English on a Danish page: {text}" for text in sorted(texts & ENGLISH)]
    faults += [f"inline {name}" for e in elements for name in e.attrib if name.startswith("on")]
    faults += ["inline style" for e in elements if "style" in e.attrib or e.tag == f"{HTML}style"]
    faults += [
        "inline script"
        for e in elements
        if e.tag == f"{HTML}script" and "src" not in e.attrib and e.get("type") != DATA
    ]
    faults += ["no alt text" for e in elements if e.tag == f"{HTML}img" and "alt" not in e.attrib]
    return faults


def _text(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())


def _heading_faults(elements: list[Element]) -> list[str]:
    headings = [e for e in elements if e.tag == f"{HTML}h1"]
    if len(headings) != 1:
        return [f"{len(headings)} first headings"]
    titles = [e for e in elements if e.tag == f"{HTML}title"]
    title = _text(titles[0]) if titles else ""
    for prefix in ("Fejl: ", "Error: "):
        title = title.removeprefix(prefix)
    heading = _text(headings[0])
    return [] if title.startswith(heading) else [f"title {title!r} for heading {heading!r}"]


def _id_faults(elements: list[Element]) -> list[str]:
    counts = Counter(e.get("id") for e in elements if e.get("id"))
    return [f"id {name!r} stands {times} times" for name, times in counts.items() if times > 1]


def _label_faults(root: Element, elements: list[Element]) -> list[str]:
    labelled = {e.get("for") for e in elements if e.tag == f"{HTML}label"}
    inside = {
        id(control)
        for label in root.iter(f"{HTML}label")
        for control in label.iter()
        if control is not label
    }
    return [
        f"no label for {e.get('name') or e.get('id')}"
        for e in elements
        if e.tag in (f"{HTML}input", f"{HTML}select", f"{HTML}textarea")
        and e.get("type") not in ("hidden", "submit")
        and e.get("id") not in labelled
        and id(e) not in inside
        and not e.get("aria-label")
    ]
