"""Pictures are made anew: small, upright, without where they were taken, and never a script."""

from io import BytesIO
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from PIL import ExifTags, Image

from klippekort.activities.queries import find_picture, list_activities
from klippekort.activities.services import NotAPicture, PictureTooLarge, images, put_picture, remake
from klippekort.platform.web import LARGEST_UPLOAD
from tests.cast import Cast
from tests.integration.activities.arrange import (
    NOW,
    ONCE,
    a_proposal,
    activity,
    an_activity,
    do,
    read,
)
from tests.integration.activities.looking import faults_at

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def photo(width: int = 2000, height: int = 1000, kind: str = "JPEG", **saved: object) -> bytes:
    """Return a photo, red on the left and blue on the right."""
    picture = Image.new("RGB", (width, height), "red")
    picture.paste("blue", (width // 2, 0, width, height))
    written = BytesIO()
    picture.save(written, kind, **saved)
    return written.getvalue()


def with_place() -> bytes:
    """Return a photo that says where it was taken, and that it was held on its side."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    exif[ExifTags.Base.Make] = "Telefon"
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitude] = (55.0, 19.0, 15.0)
    return photo(exif=exif.tobytes(), comment=b"hjemme hos Ellen")


def test_a_picture_is_at_most_so_large() -> None:
    made = remake(photo(4000, 3000))
    small = Image.open(BytesIO(made.small))
    assert ((made.width, made.height), small.size) == ((1600, 1200), (640, 480))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_photos_are_read_in_three_formats(kind: str) -> None:
    made = remake(photo(300, 200, kind))
    assert (made.media_type, made.width, made.height) == ("image/jpeg", 300, 200)


def test_where_it_was_taken_is_not_kept() -> None:
    made = remake(with_place())
    kept = Image.open(BytesIO(made.large))
    assert dict(kept.getexif()) == {}
    assert "comment" not in kept.info
    assert b"Ellen" not in made.large + made.small


def test_it_is_turned_the_way_it_was_held() -> None:
    made = remake(with_place())
    top = Image.open(BytesIO(made.large)).getpixel((400, 100))
    assert (made.width, made.height) == (1000, 1600) or made.height > made.width
    assert isinstance(top, tuple)
    assert top[0] > 200 > top[2]


def test_what_is_transparent_becomes_white() -> None:
    written = BytesIO()
    Image.new("RGBA", (10, 10), (0, 0, 0, 0)).save(written, "PNG")
    pixel = Image.open(BytesIO(remake(written.getvalue()).large)).getpixel((5, 5))
    assert pixel == (255, 255, 255)


@pytest.mark.parametrize(
    "content",
    [SVG, b"GIF89a" + bytes(40), b"<html><script>1</script>", b"\xff\xd8\xff", photo()[:200], b""],
    ids=["svg", "gif", "html", "stub", "broken", "empty"],
)
def test_what_is_no_photo_is_refused(content: bytes) -> None:
    with pytest.raises(NotAPicture):
        remake(content)


def test_a_script_after_the_photo_does_not_come_along() -> None:
    made = remake(photo() + b"<script>alert(1)</script>")
    assert b"script" not in made.large + made.small


def test_a_small_file_that_unfolds_to_fill_the_memory_is_refused() -> None:
    written = BytesIO()
    Image.new("1", (20_000, 20_000)).save(written, "PNG")
    with pytest.raises(PictureTooLarge):
        remake(written.getvalue())


def test_a_file_above_the_limit_is_refused_unread() -> None:
    with pytest.raises(PictureTooLarge):
        remake(bytes(images.MOST_BYTES + 1))


def sent(content: bytes | None, text: str = "Fire spiller kort.") -> dict[str, object]:
    """Return what the form sends, with a key of its own."""
    form: dict[str, object] = {"key": str(uuid4()), "text": text}
    return form | ({"file": (BytesIO(content), "foto.jpg")} if content is not None else {})


def as_body(content: bytes) -> dict[str, object]:
    """Return a large file as the body of a request, held in memory."""
    head = (
        f'--x\r\nContent-Disposition: form-data; name="key"\r\n\r\n{uuid4()}\r\n'
        '--x\r\nContent-Disposition: form-data; name="text"\r\n\r\nKort\r\n'
        '--x\r\nContent-Disposition: form-data; name="file"; filename="foto.jpg"\r\n\r\n'
    )
    body = head.encode() + content + b"\r\n--x--\r\n"
    return {"data": body, "content_type": "multipart/form-data; boundary=x"}


def put(cast: Cast, activity_id: UUID) -> UUID:
    """Give an activity a picture, and return its id."""
    return UUID(do(put_picture, cast.viggo, activity_id, remake(photo()), text="Kort", now=NOW))


def test_a_host_adds_a_picture(viggo: FlaskClient, cast: Cast) -> None:
    activity_id = an_activity(cast)
    page = f"/aktiviteter/{activity_id}/billede"
    assert faults_at(viggo, page) == []
    assert viggo.post(page, data=sent(photo())).status_code == 303
    assert activity(activity_id).picture_text == "Fire spiller kort."
    assert faults_at(viggo, f"/aktiviteter/{activity_id}") == []


def test_the_words_can_be_changed_without_a_new_file(viggo: FlaskClient, cast: Cast) -> None:
    activity_id = an_activity(cast)
    before = put(cast, activity_id)
    viggo.post(f"/aktiviteter/{activity_id}/billede", data=sent(None, "Ny tekst"))
    picture = read(find_picture, activity_id)
    assert (picture.id, activity(activity_id).picture_text) == (before, "Ny tekst")


@pytest.mark.parametrize("content", [SVG, None], ids=["svg", "none"])
def test_what_is_wrong_with_a_file_is_said_at_its_field(
    viggo: FlaskClient, cast: Cast, content: bytes | None
) -> None:
    page = f"/aktiviteter/{an_activity(cast)}/billede"
    answer = viggo.post(page, data=sent(content))
    assert answer.status_code == 422
    assert 'id="file-error' in answer.text
    assert 'value="Fire spiller kort."' in answer.text


def test_a_file_that_is_too_large_is_told_of_at_its_field(viggo: FlaskClient, cast: Cast) -> None:
    page = f"/aktiviteter/{an_activity(cast)}/billede"
    answer = viggo.post(page, **as_body(bytes(images.MOST_BYTES + 1)))
    assert answer.status_code == 422
    assert 'id="file-error' in answer.text


def test_80_megabytes_get_a_clear_answer(viggo: FlaskClient, cast: Cast) -> None:
    activity_id = an_activity(cast)
    page = f"/aktiviteter/{activity_id}/billede"
    answer = viggo.post(page, **as_body(bytes(LARGEST_UPLOAD + 1)))
    assert (answer.status_code, "12 MB" in answer.text) == (413, True)
    assert read(find_picture, activity_id) is None


def test_a_picture_is_sent_as_what_it_is(viggo: FlaskClient, cast: Cast) -> None:
    answer = viggo.get(f"/aktiviteter/billeder/{put(cast, an_activity(cast))}")
    said = (answer.content_type, answer.headers["X-Content-Type-Options"])
    assert said == ("image/jpeg", "nosniff")
    assert "immutable" in answer.headers["Cache-Control"]
    assert Image.open(BytesIO(answer.data)).size == (1600, 800)


def test_the_small_picture_is_small(viggo: FlaskClient, cast: Cast) -> None:
    answer = viggo.get(f"/aktiviteter/billeder/{put(cast, an_activity(cast))}?lille=1")
    assert Image.open(BytesIO(answer.data)).size == (640, 320)


def test_others_do_not_see_the_picture_of_a_proposal(
    viggo: FlaskClient, bo: FlaskClient, cast: Cast
) -> None:
    picture_id = put(cast, a_proposal(cast))
    assert bo.get(f"/aktiviteter/billeder/{picture_id}").status_code == 404


def test_a_picture_can_be_taken_away(viggo: FlaskClient, cast: Cast) -> None:
    activity_id = an_activity(cast)
    put(cast, activity_id)
    viggo.post(f"/aktiviteter/{activity_id}/billede/fjern", data={"key": str(uuid4())})
    assert read(find_picture, activity_id) is None


def test_a_repeat_has_the_same_picture(viggo: FlaskClient, cast: Cast) -> None:
    activity_id = an_activity(cast, ONCE)
    put(cast, activity_id)
    again = {"day": "05-01-2027", "starts": "14:00", "ends": "16:00", "capacity": "10"}
    form = again | {"wheelchair_places": "2", "key": str(uuid4())}
    viggo.post(f"/aktiviteter/{activity_id}/igen", data=form)
    newest = max(read(list_activities), key=lambda one: one.id)
    assert newest.id != activity_id
    assert read(find_picture, newest.id).width == 1600
