"""Pages of logging in, one's own account, and the log-ins of others."""

from klippekort.accounts.views import (
    confirm,
    links,
    log_in,
    manage,
    mine,
    own_log_ins,
    passkeys,
    providers,
    second,
    support,
    vouched,
)
from klippekort.accounts.views.blueprint import bp, find_login
from klippekort.accounts.views.confirm import ask_again

__all__ = [
    "ask_again",
    "bp",
    "confirm",
    "find_login",
    "links",
    "log_in",
    "manage",
    "mine",
    "own_log_ins",
    "passkeys",
    "providers",
    "second",
    "support",
    "vouched",
]
