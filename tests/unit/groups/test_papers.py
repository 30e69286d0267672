"""A shared PDF is made anew: it shows what it showed, and does nothing."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pikepdf
import pytest

from klippekort.groups.services.papers import (
    MOST_BYTES,
    MOST_PAGES,
    NotAPaper,
    PaperTooLarge,
    remake_paper,
)

Change = Callable[[Any], None]


def paper(change: Change = lambda _paper: None, pages: int = 1, **how: Any) -> bytes:
    """Return a PDF of empty pages, changed by `change`."""
    made, out = pikepdf.new(), BytesIO()
    for _ in range(pages):
        made.add_blank_page()
    change(made)
    made.save(out, **how)
    return out.getvalue()


def opened(content: bytes) -> Any:
    """Return a PDF that was read."""
    return pikepdf.open(BytesIO(content))


def _script(paper: Any) -> None:
    paper.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert('Qzx')")


def _page_script(paper: Any) -> None:
    act = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert('Qzx')")
    paper.pages[0].obj.AA = pikepdf.Dictionary(O=act)


def _attached(paper: Any) -> None:
    paper.attachments["Qzx.txt"] = b"Qzx"


def _launches(paper: Any) -> None:
    act = pikepdf.Dictionary(S=pikepdf.Name.Launch, F="Qzx.exe")
    _mark(paper, pikepdf.Dictionary(Subtype=pikepdf.Name.Link, Rect=[0, 0, 9, 9], A=act))


def _asks(paper: Any) -> None:
    field = pikepdf.Dictionary(FT=pikepdf.Name.Tx, T="Qzx", Subtype=pikepdf.Name.Widget)
    paper.Root.AcroForm = pikepdf.Dictionary(Fields=[paper.make_indirect(field)])


def _signed(paper: Any) -> None:
    paper.docinfo["/Author"] = "Qzx"


def _mark(paper: Any, mark: Any) -> None:
    paper.pages[0].obj.Annots = pikepdf.Array([paper.make_indirect(mark)])


@pytest.mark.parametrize(
    "change",
    [_script, _page_script, _attached, _launches, _asks, _signed],
    ids=lambda one: one.__name__,
)
def test_what_acts_or_tells_is_gone(change: Change):
    plain = {"compress_streams": False, "object_stream_mode": pikepdf.ObjectStreamMode.disable}
    content = paper(change, **plain)
    assert b"Qzx" in content
    made = opened(remake_paper(content))
    loose = BytesIO()
    made.save(loose, **plain)
    assert b"Qzx" not in loose.getvalue()
    assert len(made.pages) == 1


def test_what_is_packed_inside_is_found_too():
    packed = paper(_script, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    assert b"OpenAction" not in packed
    assert "/OpenAction" not in opened(remake_paper(packed)).Root


def test_a_link_to_the_web_stays():
    act = pikepdf.Dictionary(S=pikepdf.Name.URI, URI="https://lindeby.example/kor")
    mark = pikepdf.Dictionary(Subtype=pikepdf.Name.Link, Rect=[0, 0, 9, 9], A=act)
    made = opened(remake_paper(paper(lambda one: _mark(one, mark))))
    assert str(made.pages[0].obj.Annots[0].A.URI) == "https://lindeby.example/kor"


def test_the_tags_that_are_read_aloud_stay():
    def tagged(one: Any) -> None:
        one.Root.Lang, one.Root.MarkInfo = "da", pikepdf.Dictionary(Marked=True)

    made = opened(remake_paper(paper(tagged)))
    assert (str(made.Root.Lang), bool(made.Root.MarkInfo.Marked)) == ("da", True)


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"", NotAPaper),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", NotAPaper),
        (b"%PDF-1.4 half", NotAPaper),
        (paper(pages=0), NotAPaper),
        (paper(encryption=pikepdf.Encryption(owner="a", user="b")), NotAPaper),
        (paper() + b" " * MOST_BYTES, PaperTooLarge),
        (paper(pages=MOST_PAGES + 1), PaperTooLarge),
    ],
    ids=["empty", "picture", "half", "no pages", "locked", "heavy", "long"],
)
def test_what_is_no_paper_or_too_much_is_refused(content: bytes, refusal: type[Exception]):
    with pytest.raises(refusal):
        remake_paper(content)
