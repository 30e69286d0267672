"""What is done with accounts: logging in and out, passwords and PINs, and who works here."""

from klippekort.accounts.services.accounts import (
    EmailTaken,
    OwnAccount,
    PersonTaken,
    SharedAccount,
    add_role,
    close_account,
    create_account,
    create_care_worker_account,
    remove_role,
    reopen_account,
    reset_password,
    take_access,
)
from klippekort.accounts.services.care_workers import (
    EmployeeNumberTaken,
    add_care_worker,
    change_care_worker,
)
from klippekort.accounts.services.codes import (
    MoreThanACode,
    PhoneTaken,
    give_code,
    log_in_by_code,
    one_time_code,
)
from klippekort.accounts.services.secrets import (
    SHORTEST_PASSWORD,
    change_password,
    check_password,
    check_pin,
    log_in,
    set_pin,
    spend_try,
)
from klippekort.accounts.services.sessions import (
    begin_session,
    end_session,
    lock_session,
    mark_seen,
    set_shown,
    take_back,
)
from klippekort.accounts.services.words import first_password

__all__ = [
    "SHORTEST_PASSWORD",
    "EmailTaken",
    "EmployeeNumberTaken",
    "MoreThanACode",
    "OwnAccount",
    "PersonTaken",
    "PhoneTaken",
    "SharedAccount",
    "add_care_worker",
    "add_role",
    "begin_session",
    "change_care_worker",
    "change_password",
    "check_password",
    "check_pin",
    "close_account",
    "create_account",
    "create_care_worker_account",
    "end_session",
    "first_password",
    "give_code",
    "lock_session",
    "log_in",
    "log_in_by_code",
    "mark_seen",
    "one_time_code",
    "remove_role",
    "reopen_account",
    "reset_password",
    "set_pin",
    "set_shown",
    "spend_try",
    "take_access",
    "take_back",
]
