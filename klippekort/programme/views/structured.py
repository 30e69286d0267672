"""Dates as schema.org tells them, for search engines."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from klippekort.activities.views.words import access_words
from klippekort.programme.queries.listed import Listed
from klippekort.programme.views.answering import whole_url
from klippekort.programme.views.words import local_words

SCHEMA = "https://schema.org/"


def events(dates: Iterable[Listed], home: Any, now: datetime) -> dict[str, Any]:
    """Return dates as one JSON-LD value; `home` is the municipality whose programme it is."""
    told = [_event(one, home) for one in dates if one.ends_at > now]
    return {"@context": "https://schema.org", "@graph": told}


def _event(one: Listed, home: Any) -> dict[str, Any]:
    page = whole_url("programme.activity", slug=home.slug, activity_id=one.activity_id)
    status = "EventCancelled" if one.is_cancelled else "EventScheduled"
    mode = "OnlineEventAttendanceMode" if _is_virtual(one) else "OfflineEventAttendanceMode"
    told: dict[str, Any] = {
        "@type": "Event",
        "@id": f"urn:uuid:{one.id}",
        "name": one.title,
        "startDate": local_words(one.starts_at),
        "endDate": local_words(one.ends_at),
        "eventStatus": f"{SCHEMA}{status}",
        "eventAttendanceMode": f"{SCHEMA}{mode}",
        "location": _location(one, page),
        "organizer": {"@type": "Organization", "name": one.association or home.name, "url": page},
        "offers": _offer(one, page),
        "isAccessibleForFree": one.price_oere == 0,
        "inLanguage": one.language,
        "url": page,
    }
    if one.description:
        told["description"] = one.description
    if one.picture_id is not None:
        told["image"] = whole_url("programme.picture", slug=home.slug, picture_id=one.picture_id)
    return told


def _is_virtual(one: Listed) -> bool:
    return one.is_online and not one.place


def _location(one: Listed, page: str) -> dict[str, Any]:
    """Return where it is; of what is online the page, for the link is given to guests alone."""
    if _is_virtual(one):
        return {"@type": "VirtualLocation", "url": page}
    address = {
        "@type": "PostalAddress",
        "streetAddress": one.address,
        "postalCode": one.postcode,
        "addressLocality": one.town,
        "addressCountry": "DK",
    }
    told: dict[str, Any] = {
        "@type": "Place",
        "name": one.place,
        "address": {name: value for name, value in address.items() if value},
    }
    if one.point is not None:
        told["geo"] = {
            "@type": "GeoCoordinates",
            "latitude": one.point.latitude,
            "longitude": one.point.longitude,
        }
    if one.access:
        told["amenityFeature"] = [
            {"@type": "LocationFeatureSpecification", "name": word, "value": True}
            for word in access_words(one.access)
        ]
    return told


def _offer(one: Listed, page: str) -> dict[str, Any]:
    room = "SoldOut" if one.is_full or one.is_cancelled else "InStock"
    return {
        "@type": "Offer",
        "price": f"{one.price_oere / 100:.2f}",
        "priceCurrency": "DKK",
        "availability": f"{SCHEMA}{room}",
        "url": page,
    }
