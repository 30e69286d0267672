"""Workbooks made by hand, so that each can be wrong in one way."""

import zipfile
from io import BytesIO
from xml.sax.saxutils import escape

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
GENERAL, DAY, CLOCK = 0, 1, 2


def text(reference: str, value: str) -> str:
    """Return a cell of text."""
    return f'<c r="{reference}" t="inlineStr"><is><t>{escape(value)}</t></is></c>'


def number(reference: str, value: float, style: int = GENERAL) -> str:
    """Return a cell with a number, shown as `style`."""
    return f'<c r="{reference}" s="{style}"><v>{value}</v></c>'


def row(at: int, *cells: str) -> str:
    """Return a row of cells."""
    return f'<row r="{at}">{"".join(cells)}</row>'


def headed(*headers: str, at: int = 1) -> str:
    """Return a header row."""
    return row(
        at, *(text(f"{chr(65 + place)}{at}", header) for place, header in enumerate(headers))
    )


def workbook(*sheets: str, extra: dict[str, bytes] | None = None) -> bytes:
    """Return an .xlsx with the given sheets, whose dimension tags are wrong on purpose."""
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{_TYPES}"><Default Extension="xml" ContentType="application/xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{_SHEET_TYPE}"/></Types>',
        )
        archive.writestr("_rels/.rels", _relations(("officeDocument", "xl/workbook.xml")))
        listed = "".join(
            f'<sheet name="S{at}" sheetId="{at}" r:id="rId{at}"/>'
            for at in range(1, len(sheets) + 1)
        )
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{listed}</sheets></workbook>',
        )
        parts = [("worksheet", f"worksheets/sheet{at}.xml") for at in range(1, len(sheets) + 1)]
        archive.writestr("xl/_rels/workbook.xml.rels", _relations(*parts, ("styles", "styles.xml")))
        archive.writestr(
            "xl/styles.xml",
            f'<styleSheet xmlns="{_MAIN}"><cellXfs count="3"><xf numFmtId="0"/>'
            '<xf numFmtId="14"/><xf numFmtId="20"/></cellXfs></styleSheet>',
        )
        for at, rows in enumerate(sheets, 1):
            archive.writestr(
                f"xl/worksheets/sheet{at}.xml",
                f'<worksheet xmlns="{_MAIN}"><dimension ref="A1"/>'
                f"<sheetData>{rows}</sheetData></worksheet>",
            )
        for name, content in (extra or {}).items():
            archive.writestr(name, content)
    return packed.getvalue()


def _relations(*targets: tuple[str, str]) -> str:
    lines = "".join(
        f'<Relationship Id="rId{at}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for at, (kind, target) in enumerate(targets, 1)
    )
    return f'<Relationships xmlns="{_PACKAGE}">{lines}</Relationships>'
