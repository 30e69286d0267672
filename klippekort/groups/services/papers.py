"""PDFs as they come from people's machines, made anew: the pages and their tags, and nothing that
acts, carries other files, or says who wrote them.
"""

from io import BytesIO
from typing import Any

from klippekort.domain.errors import DomainError

MOST_BYTES = 5 * 1024 * 1024
MOST_PAGES = 50
# Of a document only what shows it, and what reads it aloud, is kept.
_DOCUMENT = {"/Type", "/Pages", "/StructTreeRoot", "/MarkInfo", "/Lang", "/Version", "/PageLabels"}
# Acts or carries along, wherever it stands.
_ACTS = ("/AA", "/OpenAction", "/JS", "/JavaScript", "/EF", "/AF", "/Metadata", "/PieceInfo")
_OPENS_SAFELY = ("https://", "http://", "mailto:", "tel:")


class NotAPaper(DomainError):
    """The file is no PDF, is broken, or is locked with a password."""


class PaperTooLarge(DomainError):
    """The file, or the number of its pages, is more than anybody needs."""


def remake_paper(content: bytes) -> bytes:
    """Return a PDF made anew from an uploaded file.

    Nothing in it acts when it is opened: scripts, forms, launched programs, attached files and
    remarks are gone, and so are the author's name and tools. Links to the web, e-mail and phone
    stay. Raises PaperTooLarge and NotAPaper.
    """
    import pikepdf  # noqa: PLC0415  slow to load

    if len(content) > MOST_BYTES:
        raise PaperTooLarge
    if not content.startswith(b"%PDF-"):
        raise NotAPaper
    try:
        with pikepdf.open(BytesIO(content)) as paper:
            if len(paper.pages) > MOST_PAGES:
                raise PaperTooLarge
            if not len(paper.pages):
                raise NotAPaper
            return _harmless(paper)
    except (pikepdf.PdfError, pikepdf.PasswordError, ValueError, TypeError, KeyError) as error:
        raise NotAPaper from error


def _harmless(paper: Any) -> bytes:
    for key in set(paper.Root.keys()) - _DOCUMENT:
        del paper.Root[key]
    for page in paper.pages:
        _keep_links(page.obj)
    for found in paper.objects:
        for key in _keys(found).intersection(_ACTS):
            del found[key]
    if "/Info" in paper.trailer:
        del paper.trailer["/Info"]
    made = BytesIO()
    paper.save(made, static_id=True)  # what nothing points to any more is left out
    return made.getvalue()


def _keep_links(page: Any) -> None:
    """Keep of a page's remarks the links that open a page of the web, an e-mail or a call."""
    marks = page.get("/Annots")
    if marks is None:
        return
    kept = [mark for mark in marks if _is_safe_link(mark)]
    for mark in kept:
        if "/Next" in mark["/A"]:
            del mark["/A"]["/Next"]
    del page["/Annots"]
    if kept:
        page["/Annots"] = kept


def _is_safe_link(mark: Any) -> bool:
    if str(mark.get("/Subtype")) != "/Link" or str(mark.get("/A", {}).get("/S")) != "/URI":
        return False
    return str(mark["/A"].get("/URI", "")).lower().startswith(_OPENS_SAFELY)


def _keys(found: Any) -> set[str]:
    """Return the keys of a dictionary or a stream; other objects have none."""
    try:
        return set(found.keys())
    except (AttributeError, TypeError, ValueError):
        return set()
