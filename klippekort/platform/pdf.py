"""Pages as PDF on A4, tagged for screen readers, with our own letters inside."""

import re
from io import BytesIO
from typing import Any

from klippekort.domain.errors import DomainError
from klippekort.platform.assets import folder

_VERSION = b"1.7"
_DRAWING = re.compile(r"<svg\b([^>]*)(?<!/)>(?!\s*<title)")
_SAYS = re.compile(r'\baria-label="([^"]*)"')


class PdfUnavailable(DomainError):
    """The machine lacks the libraries that draw letters; the page can still be printed as it is."""


def render(html: str, *, zoom: float = 1) -> bytes:
    """Return a whole HTML page as a PDF/UA document in the style of `static/css/paper.css`.

    `zoom` makes the sheet and all that stands on it larger: the root of two makes A3 of A4.

    The page itself can fetch nothing but data addresses; only our own style sheet reads files, for
    the letters. Raises PdfUnavailable.
    """
    return _draw(html, zoom=zoom)


def render_loose(html: str) -> bytes:
    """Return the same document with each of its objects written out, as `pdf_merge` reads them.

    Raises PdfUnavailable.
    """
    loose = BytesIO()

    def write(_document: Any, drawn: Any) -> None:
        drawn.write(loose, _VERSION, identifier=True, compress=False)

    _draw(html, finisher=write)
    return loose.getvalue()


def _draw(html: str, **options: Any) -> bytes:
    try:
        # It takes a second and forty megabytes to import, and few people ever print.
        import weasyprint  # noqa: PLC0415
        from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415
        from weasyprint.urls import URLFetcher  # noqa: PLC0415
    except OSError as error:
        raise PdfUnavailable from error
    fonts = FontConfiguration()
    paper = weasyprint.CSS(filename=folder("static") / "css" / "paper.css", font_config=fonts)
    page = weasyprint.HTML(
        string=_with_titles(html), url_fetcher=URLFetcher(allowed_protocols={"data"})
    )
    drawn: bytes = page.write_pdf(
        stylesheets=[paper],
        font_config=fonts,
        pdf_variant="pdf/ua-1",
        optimize_images=False,
        **options,
    )
    return drawn


def _with_titles(html: str) -> str:
    """Give each drawing a title, from which its words in the PDF are taken: what it says to screen
    readers on a page, or a blank where it only decorates, for PDF/UA lets none be without.
    """

    def titled(found: re.Match[str]) -> str:
        said = _SAYS.search(found[1])
        return f"{found[0]}<title>{said[1] if said else ' '}</title>"

    return _DRAWING.sub(titled, html)
