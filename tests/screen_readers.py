"""What PDF/UA-1 asks of a document that a program can look for."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pikepdf

# What the standard knows, as far as it is drawn here.
KNOWN = {
    *("/Document", "/Part", "/Art", "/Sect", "/Div", "/BlockQuote", "/Caption", "/NonStruct"),
    *("/P", "/H", "/H1", "/H2", "/H3", "/H4", "/H5", "/H6", "/Span", "/Quote", "/Link", "/Code"),
    *("/L", "/LI", "/Lbl", "/LBody", "/Table", "/TR", "/TH", "/TD", "/THead", "/TBody", "/TFoot"),
    *("/Figure", "/Formula", "/Form", "/Note", "/Reference", "/Annot", "/TOC", "/TOCI", "/Index"),
}
_SHOWS = {
    "Tj",
    "TJ",
    "'",
    '"',
    "Do",
    "sh",
    "f",
    "F",
    "f*",
    "B",
    "B*",
    "b",
    "b*",
    "S",
    "s",
    "INLINE",
}
_INSIDE = {"/TR": {"/Table", "/THead", "/TBody", "/TFoot"}, "/TH": {"/TR"}, "/TD": {"/TR"}}
_INSIDE |= {"/LI": {"/L"}, "/LBody": {"/LI"}, "/Lbl": {"/LI", "/Note"}}


def faults_in(drawn: bytes) -> list[str]:
    """Return what a drawn document lacks, each fault once."""
    with pikepdf.open(BytesIO(drawn)) as paper:
        found = [*_of_itself(paper), *_of_its_tags(paper)]
        for page in paper.pages:
            found += [*_of_page(page), *_of_letters(page)]
    return sorted(set(found))


def _of_itself(paper: Any) -> Iterator[str]:
    root = paper.Root
    with paper.open_metadata() as said:
        if said.get("pdfuaid:part") != "1":
            yield "does not say that it is PDF/UA-1"
        if not said.get("dc:title"):
            yield "has no title"
    if not root.get("/ViewerPreferences", {}).get("/DisplayDocTitle"):
        yield "shows its file name for its title"
    if not str(root.get("/Lang", "")):
        yield "has no language"
    if not root.get("/MarkInfo", {}).get("/Marked"):
        yield "is not tagged"


def _of_page(page: Any) -> Iterator[str]:
    depth = 0
    for instruction in pikepdf.parse_content_stream(page):
        name = str(instruction.operator)
        if name in ("BDC", "BMC"):
            depth += 1
        elif name == "EMC":
            depth -= 1
        elif name in _SHOWS and not depth:
            yield f"shows something outside its tags ({name})"
    links = page.obj.get("/Annots", [])
    if len(links) and str(page.obj.get("/Tabs")) != "/S":
        yield "is not walked through in the order of its tags"
    for link in links:
        if not str(link.get("/Contents", "")):
            yield "has a link that says nothing"
        if "/StructParent" not in link:
            yield "has a link outside its tags"


def _of_letters(page: Any) -> Iterator[str]:
    for font in (page.obj.get("/Resources", {}).get("/Font") or {}).values():
        for one in font.get("/DescendantFonts", [font]):
            if not {"/FontFile", "/FontFile2", "/FontFile3"} & set(one.get("/FontDescriptor", {})):
                yield "has letters that lie outside it"
        if "/ToUnicode" not in font:
            yield "has letters that cannot be read aloud"


def _of_its_tags(paper: Any) -> Iterator[str]:
    tree = paper.Root.get("/StructTreeRoot")
    if tree is None or "/ParentTree" not in tree:
        yield "has no tags"
        return
    same = {key: str(value) for key, value in (tree.get("/RoleMap") or {}).items()}
    level = 0
    for tag, parent in _walked(tree):
        kind, above = (same.get(name, name) for name in (str(tag.S), str(parent.get("/S", ""))))
        if kind not in KNOWN:
            yield f"has a tag nobody knows ({kind})"
        if kind == "/Figure" and not _is_told(tag):
            yield "has a picture that says nothing"
        if above not in _INSIDE.get(kind, {above}):
            yield f"has {kind} in {above}"
        if kind == "/TH" and "/ID" not in tag and not _scope(tag):
            yield "has a heading of a table that heads nothing"
        if len(kind) == 3 and kind.startswith("/H") and kind[2].isdigit():
            if int(kind[2]) > level + 1:
                yield f"leaps from H{level} to H{kind[2]}"
            level = int(kind[2])
    if not level:
        yield "has no heading"


def _walked(tag: Any) -> Iterator[tuple[Any, Any]]:
    """Yield every tag below one, in the order of reading, with the one it stands in."""
    below = tag.get("/K", [])
    for one in below if isinstance(below, pikepdf.Array) else [below]:
        if isinstance(one, pikepdf.Dictionary) and "/S" in one:
            yield one, tag
            yield from _walked(one)


def _is_told(tag: Any) -> bool:
    return bool(str(tag.get("/Alt", "")) or str(tag.get("/ActualText", "")))


def _scope(tag: Any) -> bool:
    said = tag.get("/A", [])
    each = said if isinstance(said, pikepdf.Array) else [said]
    return any(isinstance(one, pikepdf.Dictionary) and "/Scope" in one for one in each)
