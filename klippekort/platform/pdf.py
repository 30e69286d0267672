"""Pages as PDF on A4, tagged for screen readers, with our own letters inside."""

from klippekort.domain.errors import DomainError
from klippekort.platform.assets import folder


class PdfUnavailable(DomainError):
    """The machine lacks the libraries that draw letters; the page can still be printed as it is."""


def render(html: str) -> bytes:
    """Return a whole HTML page as a PDF/UA document in the style of `static/css/paper.css`.

    The page itself can fetch nothing but data addresses; only our own style sheet reads files, for
    the letters. Raises PdfUnavailable.
    """
    try:
        # It takes a second and forty megabytes to import, and few people ever print.
        import weasyprint  # noqa: PLC0415
        from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415
        from weasyprint.urls import URLFetcher  # noqa: PLC0415
    except OSError as error:
        raise PdfUnavailable from error
    fonts = FontConfiguration()
    paper = weasyprint.CSS(filename=folder("static") / "css" / "paper.css", font_config=fonts)
    page = weasyprint.HTML(string=html, url_fetcher=URLFetcher(allowed_protocols={"data"}))
    drawn: bytes = page.write_pdf(
        stylesheets=[paper], font_config=fonts, pdf_variant="pdf/ua-1", optimize_images=False
    )
    return drawn
