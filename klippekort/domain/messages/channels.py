"""By which channel somebody is told something."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Channel(StrEnum):
    """A way to reach somebody. A call is made by a person, a letter is printed by one."""

    SMS = "sms"
    EMAIL = "email"
    LETTER = "letter"
    CALL = "call"


class Purpose(StrEnum):
    """What a message is for; people choose a channel for each."""

    REMINDER = "reminder"
    OFFERS = "offers"
    CHANGES = "changes"
    LAPSE = "lapse"
    THANKS = "thanks"


# The two digits that Danish mobile numbers began with when numbers still told what they were.
_MOBILE = frozenset(
    [*range(20, 32), 40, 41, 42, 50, 51, 52, 53, 60, 61, 71, 81, 91, 92, 93],
)
_DANISH = "+45"
_DANISH_LENGTH = 11


def is_mobile(phone: str | None) -> bool:
    """Say whether a number (E.164) is surely one that text messages reach.

    Numbers outside Denmark, and Danish ones outside the mobile series, get text messages only where
    somebody has chosen that.
    """
    if phone is None or not phone.startswith(_DANISH) or len(phone) != _DANISH_LENGTH:
        return False
    return int(phone[3:5]) in _MOBILE


@dataclass(frozen=True)
class Means:
    """What is there to send with: a text gateway, a mail server, somebody who prints letters."""

    sms: bool = False
    email: bool = False
    letters: bool = False

    def has(self, channel: Channel) -> bool:
        """Say whether something can be sent that way; calls can always be made."""
        return {
            Channel.SMS: self.sms,
            Channel.EMAIL: self.email,
            Channel.LETTER: self.letters,
            Channel.CALL: True,
        }[channel]


@dataclass(frozen=True)
class Address:
    """Where somebody is reached: phone as E.164, e-mail, and the lines of a letter's address."""

    phone: str | None = None
    email: str | None = None
    lines: tuple[str, ...] = ()

    def reaches(self, channel: Channel) -> bool:
        """Say whether enough is known for a channel. A call may be made by asking around."""
        return {
            Channel.SMS: self.phone is not None,
            Channel.EMAIL: self.email is not None,
            Channel.LETTER: bool(self.lines),
            Channel.CALL: True,
        }[channel]


@dataclass(frozen=True)
class Wishes:
    """The channels a person has chosen, by purpose; what is missing follows from what is known."""

    chosen: Mapping[Purpose, Channel] = field(default_factory=dict)


def choose(
    purpose: Purpose, wishes: Wishes, address: Address, means: Means, *, post_arrives: bool
) -> Channel:
    """Return how somebody is told: as chosen where that can be done, else by what is known.

    A mobile number gets a text, whoever has no telephone a letter, all others a call.
    `post_arrives` says whether a letter would come in time.
    """

    def is_possible(channel: Channel) -> bool:
        in_time = channel is not Channel.LETTER or post_arrives
        return in_time and means.has(channel) and address.reaches(channel)

    wanted = wishes.chosen.get(purpose)
    if wanted is not None:
        return wanted if is_possible(wanted) else Channel.CALL
    if is_mobile(address.phone) and is_possible(Channel.SMS):
        return Channel.SMS
    if address.phone is None:
        for channel in (Channel.EMAIL, Channel.LETTER):
            if is_possible(channel):
                return channel
    return Channel.CALL
