"""What the program is told of gateways, how a mail is built, and whose word is believed."""

import ssl
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from urllib3.util.ssl_ import create_urllib3_context

from klippekort.config import BadSetting, MailServer, from_environment
from klippekort.platform.gateways import Outgoing, Refused, signed
from klippekort.platform.gateways.mail import letter_of

SECRET = "c2lnbmVkIGJ5IHRoZSBnYXRld2F5IGl0c2VsZg=="
SMS = {"KLIPPEKORT_SMS_URL": "https://sms.example/send", "KLIPPEKORT_SMS_TOKEN": "t"}
MAIL = {"KLIPPEKORT_SMTP_URL": "smtp://mail.example", "KLIPPEKORT_MAIL_FROM": "svar@by.example"}
SERVER = MailServer("127.0.0.1", 25, "none", "svar@by.example")
NOW = datetime(2026, 11, 23, 11, tzinfo=UTC)


def test_nothing_is_sent_unless_told():
    told = from_environment({})
    assert (told.sms, told.mail, told.voice, told.digital_post) == (None, None, None, None)
    assert told.push_contact == ""


def test_the_gateway_that_calls_is_told_of_as_that_for_texts():
    said = {"KLIPPEKORT_VOICE_URL": "https://voice.example/call", "KLIPPEKORT_VOICE_TOKEN": "t"}
    told = from_environment({**said, "KLIPPEKORT_VOICE_CALLER": "+4547000000"}).voice
    assert told is not None
    assert (told.url, told.caller) == ("https://voice.example/call", "+4547000000")


def test_digital_post_goes_to_a_folder_or_an_address():
    laid = from_environment({"KLIPPEKORT_DIGITAL_POST": "/srv/post"}).digital_post
    said = {"KLIPPEKORT_DIGITAL_POST_URL": "https://post.example/in"}
    posted = from_environment({**said, "KLIPPEKORT_DIGITAL_POST_TOKEN": "t"}).digital_post
    assert laid is not None
    assert posted is not None
    assert (str(laid.folder), posted.folder, posted.url) == (
        "/srv/post",
        None,
        "https://post.example/in",
    )


@pytest.mark.parametrize(
    "said",
    [
        {"KLIPPEKORT_PUSH_CONTACT": "drift"},
        {"KLIPPEKORT_PUSH_CONTACT": "drift @lindeby.dk"},
        {"KLIPPEKORT_DIGITAL_POST": "post"},
        {"KLIPPEKORT_VOICE_URL": "http://voice.example/call", "KLIPPEKORT_VOICE_TOKEN": "t"},
        {
            "KLIPPEKORT_DIGITAL_POST": "/srv/post",
            "KLIPPEKORT_DIGITAL_POST_URL": "https://post.example/in",
            "KLIPPEKORT_DIGITAL_POST_TOKEN": "t",
        },
    ],
)
def test_channels_that_make_no_sense_are_refused(said: dict[str, str]):
    with pytest.raises(BadSetting):
        from_environment(said)


def test_a_gateway_is_told_of_without_showing_its_token():
    told = from_environment({**SMS, "KLIPPEKORT_SMS_SECRET": f"whsec_{SECRET}"}).sms
    assert told is not None
    assert (told.sender, told.secret) == ("Klippekort", SECRET)
    assert SECRET not in repr(told)


@pytest.mark.parametrize(
    "changed",
    [
        {"KLIPPEKORT_SMS_URL": "http://sms.example/send"},
        {"KLIPPEKORT_SMS_URL": "ftp://sms.example"},
        {"KLIPPEKORT_SMS_URL": "https://user@sms.example"},
        {"KLIPPEKORT_SMS_TOKEN": ""},
        {"KLIPPEKORT_SMS_TOKEN": "a\nb"},
        {"KLIPPEKORT_SMS_SECRET": "c2hvcnQ="},
        {"KLIPPEKORT_SMS_SECRET": "not base64"},
    ],
)
def test_a_gateway_that_makes_no_sense_is_refused(changed: dict[str, str]):
    with pytest.raises(BadSetting):
        from_environment({**SMS, **changed})


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://mail.example", (587, "starttls")),
        ("smtps://mail.example", (465, "tls")),
        ("smtp://127.0.0.1:25", (25, "none")),
    ],
)
def test_mail_leaves_the_machine_only_under_cover(url: str, expected: tuple[int, str]):
    told = from_environment({**MAIL, "KLIPPEKORT_SMTP_URL": url}).mail
    assert told is not None
    assert (told.port, told.security) == expected


@pytest.mark.parametrize(
    "changed",
    [
        {"KLIPPEKORT_SMTP_URL": "mail.example"},
        {"KLIPPEKORT_SMTP_URL": "smtp://user@mail.example"},
        {"KLIPPEKORT_SMTP_URL": "smtp://mail.example:x"},
        {"KLIPPEKORT_MAIL_FROM": ""},
        {"KLIPPEKORT_MAIL_FROM": "a@b\nBcc: c@d"},
    ],
)
def test_a_mail_server_that_makes_no_sense_is_refused(changed: dict[str, str]):
    with pytest.raises(BadSetting):
        from_environment({**MAIL, **changed})


@pytest.mark.parametrize("break_", ["\n", "\r\n", "\r", "\x0b", "\u2028"])
def test_no_header_begins_in_a_subject(break_: str):
    mail = letter_of(SERVER, Outgoing("1.2", "a@b.dk", "Hej", f"Hej{break_}Bcc: c@d.dk"))
    assert mail["Bcc"] is None
    assert str(mail["Subject"]) == "Hej Bcc: c@d.dk"


@pytest.mark.parametrize(
    "to", ["", "a", "a@b", "a@b.dk\nBcc: c@d.dk", "a@b.dk, c@d.dk", "A <a@b.dk>", "a b@c.dk"]
)
def test_what_is_no_address_is_refused(to: str):
    with pytest.raises(Refused):
        letter_of(SERVER, Outgoing("1.2", to, "Hej", "Hej"))


def test_danish_letters_arrive():
    mail = letter_of(SERVER, Outgoing("1.2", "a@b.dk", "Rødgrød på Ærø", "Lindeby"))
    assert mail.get_content().strip() == "Rødgrød på Ærø"
    assert mail.as_bytes().isascii()


def _headers(**changed: str) -> dict[str, str]:
    stamp = str(int(NOW.timestamp()))
    said = {"webhook-id": "e", "webhook-timestamp": stamp}
    said["webhook-signature"] = signed.signature(SECRET, "e", stamp, b"{}")
    return {**said, **changed}


def test_what_is_signed_is_believed_with_any_of_its_signatures():
    right = _headers()["webhook-signature"]
    headers = _headers(**{"webhook-signature": f"v1,AAAA {right}"})
    assert signed.verify(SECRET, headers, b"{}", NOW) == "e"


@pytest.mark.parametrize(
    ("headers", "body", "secret", "at"),
    [
        (_headers(), b"{ }", SECRET, NOW),
        (_headers(**{"webhook-id": "f"}), b"{}", SECRET, NOW),
        (_headers(), b"{}", "", NOW),
        (_headers(), b"{}", SECRET, NOW + timedelta(minutes=6)),
        (_headers(), b"{}", SECRET, NOW - timedelta(minutes=6)),
        (_headers(**{"webhook-signature": "v1,ø"}), b"{}", SECRET, NOW),
    ],
)
def test_what_is_changed_old_or_signed_by_another_is_not_believed(
    headers: dict[str, str], body: bytes, secret: str, at: datetime
):
    with pytest.raises(signed.NotSigned):
        signed.verify(secret, headers, body, at)


@pytest.mark.parametrize("made", [ssl.create_default_context, create_urllib3_context])
def test_our_own_requests_speak_no_tls_older_than_1_2(made: Callable[[], ssl.SSLContext]):
    """Of one of these two is each context that our requests go out with; none is made by hand."""
    assert made().minimum_version >= ssl.TLSVersion.TLSv1_2
