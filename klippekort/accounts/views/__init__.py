"""Pages of logging in, one's own account, and the log-ins of others."""

from klippekort.accounts.views import log_in, manage, mine
from klippekort.accounts.views.blueprint import bp, find_login

__all__ = ["bp", "find_login", "log_in", "manage", "mine"]
