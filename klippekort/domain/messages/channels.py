"""By which channel somebody is told something."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Channel(StrEnum):
    """A way to reach somebody. A call is made by a person, a letter is printed by one; by voice a
    machine calls and reads aloud, and push is a notice on a telephone or tablet of theirs.
    """

    PUSH = "push"
    SMS = "sms"
    EMAIL = "email"
    VOICE = "voice"
    DIGITAL = "digital"
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
    """What is there to send with: a text gateway, a mail server, somebody who prints letters, leave
    to push, a gateway that calls and reads aloud, and a way to Digital Post.
    """

    sms: bool = False
    email: bool = False
    letters: bool = False
    push: bool = False
    voice: bool = False
    digital: bool = False

    @property
    def any(self) -> bool:
        """Say whether anything at all goes out without a person who calls."""
        return any(self.has(one) for one in Channel if one is not Channel.CALL)

    def has(self, channel: Channel) -> bool:
        """Say whether something can be sent that way; calls can always be made."""
        return {
            Channel.PUSH: self.push,
            Channel.SMS: self.sms,
            Channel.EMAIL: self.email,
            Channel.VOICE: self.voice,
            Channel.DIGITAL: self.digital,
            Channel.LETTER: self.letters,
            Channel.CALL: True,
        }[channel]


@dataclass(frozen=True)
class Address:
    """Where somebody is reached: phone as E.164, e-mail, and the lines of a letter's address;
    whether a device of theirs takes notices, and whether their person number is known.
    """

    phone: str | None = None
    email: str | None = None
    lines: tuple[str, ...] = ()
    has_device: bool = False
    has_number: bool = False

    def reaches(self, channel: Channel) -> bool:
        """Say whether enough is known for a channel. A call may be made by asking around."""
        return {
            Channel.PUSH: self.has_device,
            Channel.SMS: self.phone is not None,
            Channel.EMAIL: self.email is not None,
            Channel.VOICE: self.phone is not None,
            Channel.DIGITAL: self.has_number,
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

    A device that takes notices gets one, a mobile number a text, whoever has no telephone e-mail,
    Digital Post or a letter, all others a call. `post_arrives` says whether a letter would come in
    time.
    """
    wanted = wishes.chosen.get(purpose)
    if wanted is not None and _is_possible(wanted, address, means, post_arrives=post_arrives):
        return wanted
    if wanted is not None:
        return instead_of(wanted, address, means, post_arrives=post_arrives)
    if _is_possible(Channel.PUSH, address, means, post_arrives=post_arrives):
        return Channel.PUSH
    return _by_what_is_known(address, means, post_arrives=post_arrives)


def instead_of(failed: Channel, address: Address, means: Means, *, post_arrives: bool) -> Channel:
    """Return how somebody is told whom a channel does not reach: a device may be gone, a person
    exempt from Digital Post. All else becomes a call.
    """
    if failed is Channel.PUSH:
        return _by_what_is_known(address, means, post_arrives=post_arrives)
    letter = _is_possible(Channel.LETTER, address, means, post_arrives=post_arrives)
    return Channel.LETTER if failed is Channel.DIGITAL and letter else Channel.CALL


def _by_what_is_known(address: Address, means: Means, *, post_arrives: bool) -> Channel:
    fit = [Channel.SMS] if is_mobile(address.phone) else []
    if address.phone is None:
        fit = [Channel.EMAIL, Channel.DIGITAL, Channel.LETTER]
    for channel in fit:
        if _is_possible(channel, address, means, post_arrives=post_arrives):
            return channel
    return Channel.CALL


def _is_possible(channel: Channel, address: Address, means: Means, *, post_arrives: bool) -> bool:
    in_time = channel is not Channel.LETTER or post_arrives
    return in_time and means.has(channel) and address.reaches(channel)
