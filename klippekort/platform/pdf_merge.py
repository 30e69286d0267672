"""One PDF of several that we drew ourselves, with their tags: a pile drawn piece by piece.

It reads only what `pdf.render_loose` writes: every object in clear, one after the other.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

_OBJECT = re.compile(rb"(\d+) 0 obj\n")
_REFERENCE = re.compile(rb"\b(\d+) 0 R\b")
_OWN_PLACE = re.compile(rb"/(StructParents?) (\d+)")
_TREE = re.compile(rb"(\d+) (\[[^\]]*\]|\d+ 0 R)")
_PAGES, _CATALOG, _ROOT, _TREE_AT, _DOCUMENT, _FIRST = 1, 2, 3, 4, 5, 6


@dataclass
class _Part:
    """A document taken apart: its objects by number, and the four that are made anew."""

    objects: dict[int, bytes]
    catalog: int
    pages: int
    root: int
    tree: int
    info: int


@dataclass
class _Whole:
    """What has been gathered so far; `places` are those of the tree from page to tag."""

    objects: list[bytes] = field(default_factory=list)
    pages: list[int] = field(default_factory=list)
    tags: list[bytes] = field(default_factory=list)
    tree: list[bytes] = field(default_factory=list)
    count: int = 0
    places: int = 0
    metadata: int = 0
    info: int = 0
    language: bytes = b"da"


def merge(parts: Sequence[bytes]) -> bytes:
    """Return one document with the pages of all of them in order, tagged as they were.

    Its title and language are those of the first. Raises ValueError without any, or for a document
    that is not written by `pdf.render_loose`.
    """
    if not parts:
        raise ValueError("no documents")
    whole = _Whole()
    for one in parts:
        _add(whole, _taken_apart(one))
    return _written(whole)


def _taken_apart(drawn: bytes) -> _Part:
    end = drawn.rindex(b"startxref\n")
    places = _offsets(drawn, int(drawn[end:].split()[1]))
    objects = {}
    for place in places:
        head = _OBJECT.match(drawn, place)
        if head is None:
            raise ValueError("an object is not where it should be")
        objects[int(head.group(1))] = drawn[head.end() : _end_of(drawn, place, places)]
    trailer = drawn[drawn.rindex(b"trailer", 0, end) : end]
    catalog = _named(trailer, b"Root")
    said = objects[catalog]
    root = _named(said, b"StructTreeRoot")
    tree = _named(objects[root], b"ParentTree")
    return _Part(objects, catalog, _named(said, b"Pages"), root, tree, _named(trailer, b"Info"))


def _offsets(drawn: bytes, table: int) -> list[int]:
    lines = drawn[table:].split(b"\n")
    if lines[0] != b"xref":
        raise ValueError("the objects are packed")
    count = int(lines[1].split()[1])
    return sorted(int(line[:10]) for line in lines[2 : 2 + count] if line.strip().endswith(b"n"))


def _end_of(drawn: bytes, place: int, places: list[int]) -> int:
    later = places[places.index(place) + 1 :] or [len(drawn)]
    return drawn.rindex(b"\nendobj", place, later[0])


def _named(said: bytes, name: bytes) -> int:
    found = re.search(rb"/" + name + rb" (\d+) 0 R", said)
    if found is None:
        raise ValueError(f"nothing is called {name.decode()}")
    return int(found.group(1))


def _add(whole: _Whole, part: _Part) -> None:
    base = _FIRST + len(whole.objects)
    made_anew = {part.root: _DOCUMENT}
    numbers = {old: base + place for place, old in enumerate(sorted(part.objects))} | made_anew

    def renumbered(found: re.Match[bytes]) -> bytes:
        return b"%d 0 R" % numbers[int(found.group(1))]

    def replaced(found: re.Match[bytes]) -> bytes:
        return b"/%s %d" % (found.group(1), int(found.group(2)) + whole.places)

    for old in sorted(part.objects):
        head, *stream = part.objects[old].split(b"stream\n", 1)
        head = _OWN_PLACE.sub(replaced, _REFERENCE.sub(renumbered, head))
        whole.objects.append(b"stream\n".join([head, *stream]))
    pages = numbers[part.pages]
    whole.objects[pages - _FIRST] = _with_parent(whole.objects[pages - _FIRST])
    whole.pages.append(pages)
    whole.count += int(re.findall(rb"/Count (\d+)", part.objects[part.pages])[-1])
    tags = re.search(rb"/K \[([^\]]*)\]", part.objects[part.root])
    top = _REFERENCE.sub(renumbered, tags.group(1) if tags else b"")
    for number in map(int, _REFERENCE.findall(top)):
        said = whole.objects[number - _FIRST]
        whole.objects[number - _FIRST] = said.replace(b"/S /Document", b"/S /Part", 1)
    whole.tags.append(top)
    entries = _TREE.findall(part.objects[part.tree].partition(b"/Nums [")[2])
    for place, tagged in entries:
        at = int(place) + whole.places
        whole.tree.append(b"%d %s" % (at, _REFERENCE.sub(renumbered, tagged)))
    whole.places += len(entries)
    if not whole.metadata:
        said = part.objects[part.catalog]
        whole.metadata, whole.info = numbers[_named(said, b"Metadata")], numbers[part.info]
        language = re.search(rb"/Lang \(([^)]*)\)", said)
        whole.language = language.group(1) if language else whole.language


def _with_parent(pages: bytes) -> bytes:
    return pages.replace(b"<<", b"<</Parent %d 0 R" % _PAGES, 1)


def _written(whole: _Whole) -> bytes:
    kids = b" ".join(b"%d 0 R" % one for one in whole.pages)
    first = [
        b"<</Type /Pages/Kids [%s]/Count %d>>" % (kids, whole.count),
        b"<</Type /Catalog/Pages %d 0 R/Lang (%s)/StructTreeRoot %d 0 R"
        b"/ViewerPreferences <</DisplayDocTitle true>>/MarkInfo <</Marked true>>/Metadata %d 0 R>>"
        % (_PAGES, whole.language, _ROOT, whole.metadata),
        b"<</Type /StructTreeRoot/ParentTree %d 0 R/K [%d 0 R]>>" % (_TREE_AT, _DOCUMENT),
        b"<</Nums [%s]>>" % b" ".join(whole.tree),
        b"<</Type /StructElem/S /Document/P %d 0 R/K [%s]>>" % (_ROOT, b" ".join(whole.tags)),
    ]
    drawn, places = bytearray(b"%PDF-1.7\n%\xf0\x9f\x96\xa4\n"), []
    for number, said in enumerate([*first, *whole.objects], start=1):
        places.append(len(drawn))
        drawn += b"%d 0 obj\n%s\nendobj\n" % (number, said)
    table, size = len(drawn), len(places) + 1
    drawn += b"xref\n0 %d\n0000000000 65535 f \n" % size
    drawn += b"".join(b"%010d 00000 n \n" % place for place in places)
    mark = hashlib.md5(bytes(drawn), usedforsecurity=False).hexdigest().encode()
    drawn += b"trailer\n<<\n/Size %d\n/Root %d 0 R\n" % (size, _CATALOG)
    drawn += b"/Info %d 0 R\n/ID [(%s) (%s)]\n>>\n" % (whole.info, mark, mark)
    drawn += b"startxref\n%d\n%%%%EOF\n" % table
    return bytes(drawn)
