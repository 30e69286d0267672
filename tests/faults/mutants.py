"""Faults to be planted in a copy of the program, each with the tests that must notice it.

Each changes what matters: a sign, a bound, a check, a lock. `tests/faults/test_mutants.py` plants
them one by one.
"""

from dataclasses import dataclass

LEDGER = "tests/property/test_ledger.py"
TRIPS = "tests/unit/lab/test_trips.py"
TIME = "tests/unit/lab/test_time_coming_and_going.py"
CARDS = "tests/unit/lab/test_cards.py"
PROMISES = "tests/integration/ledger/test_promises.py"
PROOF = "tests/integration/corrections/test_proof.py"
CITIZENS = "tests/integration/citizens/test_records.py"
SEEN = "tests/integration/trips/test_access.py"
ACCESS = "tests/architecture/test_access.py"
LOCKED = "tests/integration/tablets/test_lock.py"
TENANCY = "tests/integration/platform/test_tenancy.py"
OWN_ROWS = "tests/integration/platform/test_own_rows.py"
EXECUTE = "tests/integration/platform/test_execute.py"
AUDIT = "tests/integration/platform/test_audit.py"
DUE = "tests/integration/jobs/test_run_due.py"
ELECTION = "tests/integration/jobs/test_election.py"
SENDING = "tests/integration/messages/test_sending.py"
SPENDERS = "tests/integration/ledger/test_spenders.py"
SEATS = "tests/integration/activities/test_seats.py"
LATE = "tests/unit/test_late_absences.py"
GRANTING = "tests/integration/punchcards/test_granting.py"
TABLETS = "tests/integration/tablets/test_races.py"


@dataclass(frozen=True)
class Mutant:
    """A fault: in a file under `klippekort/`, `text`, which stands there once, becomes another.

    One of the `tests` must fail on `database`.
    """

    name: str
    file: str
    text: str
    becomes: str
    tests: tuple[str, ...]
    database: str = "sqlite"


IN_THE_LEDGER = (
    Mutant(
        "time that is spent stays held",
        "domain/ledger.py",
        "EntryKind.SPEND: (0, -1, 1, 0),",
        "EntryKind.SPEND: (0, 0, 1, 0),",
        (f"{TRIPS}::test_what_the_card_cannot_pay_is_waived",),
    ),
    Mutant(
        "time cannot be used on its last day",
        "domain/ledger.py",
        "if lot.credited_on <= on and ((last := lot.expires_on) is None or on <= last)",
        "if lot.credited_on <= on and ((last := lot.expires_on) is None or on < last)",
        (f"{LEDGER}::test_time_is_there_on_its_last_day_and_lapses_on_the_next",),
    ),
    Mutant(
        "time lapses on its last day",
        "domain/ledger.py",
        "lot.expires_on < day and lot.free > 0",
        "lot.expires_on <= day and lot.free > 0",
        (f"{LEDGER}::test_time_is_there_on_its_last_day_and_lapses_on_the_next",),
    ),
    Mutant(
        "held time lapses with the free",
        "domain/ledger.py",
        "Entry(EntryKind.EXPIRE, lot.free, day,",
        "Entry(EntryKind.EXPIRE, lot.saved, day,",
        (f"{LEDGER}::test_held_time_neither_lapses_nor_is_held_once_more",),
    ),
    Mutant(
        "time that is held is held once more",
        "domain/ledger.py",
        "    if minutes > available:\n",
        "    if minutes > state.saved():\n",
        (f"{LEDGER}::test_held_time_neither_lapses_nor_is_held_once_more",),
    ),
    Mutant(
        "a lot goes below zero",
        "domain/ledger.py",
        "if left < 0 or held < 0 or used < 0 or expired < 0:",
        "if held < 0 or used < 0 or expired < 0:",
        (f"{LEDGER}::test_no_entry_takes_a_lot_below_zero",),
    ),
    Mutant(
        "the last to lapse is used first",
        "domain/ledger.py",
        "return sorted(usable, key=_by_age)",
        "return sorted(usable, key=_by_age, reverse=True)",
        (f"{TRIPS}::test_the_soonest_to_lapse_is_used_first_and_comes_back_to_its_own_lot",),
    ),
    Mutant(
        "a trip called off gives every trip's time back",
        "domain/ledger.py",
        "        if h.trip == trip\n",
        "        if h.trip\n",
        (f"{LEDGER}::test_a_trip_that_is_called_off_gives_its_own_time_back",),
    ),
    Mutant(
        "what the card cannot pay is not said",
        "domain/ledger.py",
        "    if left:\n        entries.append(Entry(EntryKind.WAIVE, left,",
        "    if left < 0:\n        entries.append(Entry(EntryKind.WAIVE, left,",
        (f"{TRIPS}::test_what_the_card_cannot_pay_is_waived",),
    ),
    Mutant(
        "a trip called off late costs all that was held",
        "domain/ledger.py",
        "if part := min(minutes, held.minutes):",
        "if part := held.minutes:",
        (f"{TRIPS}::test_a_trip_that_was_not_made_costs_by_cause_and_lateness",),
    ),
    Mutant(
        "a period gives its time twice",
        "domain/accrual.py",
        "    if found is None or found[2].name == walk.last_period:",
        "    if found is None:",
        (f"{PROMISES}::test_a_card_given_again_in_the_week_it_ended_brings_that_week_no_more",),
    ),
    Mutant(
        "days of absence give time, and the others none",
        "domain/arriving.py",
        "return Fraction(len(away), length), open_rule",
        "return 1 - Fraction(len(away), length), open_rule",
        (f"{TIME}::test_a_stay_from_wednesday_to_friday_takes_the_week_as_the_terms_say",),
    ),
    Mutant(
        "a promise is kept over and over",
        "domain/accrual.py",
        "kept.append(replace(pledge, minutes=left))",
        "kept.append(pledge)",
        (f"{TRIPS}::test_a_trip_ahead_is_booked_on_time_that_will_have_come",),
    ),
    Mutant(
        "time lives a day too long",
        "domain/expiry.py",
        "last = min(days_on(credited_on, span) - ONE_DAY for span in expiry.rolling)",
        "last = min(days_on(credited_on, span) for span in expiry.rolling)",
        (f"{TIME}::test_time_lapses_at_the_earliest_of_its_limits",),
    ),
    Mutant(
        "a cap is reached one minute late",
        "domain/caps.py",
        "return _saved(terms, state) >= limit",
        "return _saved(terms, state) > limit",
        (f"{TIME}::test_a_card_that_only_alerts_loses_nothing_and_has_the_citizen_called_once",),
    ),
    Mutant(
        "calling off at the last free moment is late",
        "domain/charging.py",
        "if now > latest_before(starts_at, band.within)",
        "if now >= latest_before(starts_at, band.within)",
        (f"{TRIPS}::test_a_trip_that_was_not_made_costs_by_cause_and_lateness",),
    ),
    Mutant(
        "what cannot be taken back is forgotten",
        "domain/late_news/reckoning.py",
        "if rest := minutes - taken:",
        "if (rest := minutes - taken) < 0:",
        (f"{LATE}::test_what_a_trip_used_is_waived_where_nothing_else_had_come_by_then",),
    ),
    Mutant(
        "a full card loses twice by late news",
        "domain/late_news/measuring.py",
        "    reckoning.come_again()\n",
        "",
        (f"{LATE}::test_what_a_full_card_turned_away_meanwhile_comes_again",),
    ),
    Mutant(
        "what was taken in place of used time is forgotten",
        "domain/late_news/memory.py",
        "return on_lots + lent - others - gone, self._credited[name] - own - others - gone",
        "return on_lots + lent - gone, self._credited[name] - own - gone",
        (f"{LATE}::test_a_stay_that_never_was_leaves_nothing_behind_whatever_was_used",),
    ),
    Mutant(
        "what nobody has decided is taken meanwhile",
        "domain/late_news/reckoning.py",
        "        if due.asked:\n            if due.is_new:",
        "        if False:\n            if due.is_new:",
        (f"{LATE}::test_what_nobody_has_decided_is_asked_and_nothing_is_taken_meanwhile",),
    ),
    Mutant(
        "the chain says nothing of the minutes",
        "punchcards/services/ledger.py",
        "        entry.minutes,\n        str(entry.trip_id),",
        "        str(entry.trip_id),",
        (f"{PROOF}::test_whatever_a_line_says_of_a_deed_is_in_the_chain",),
    ),
)

IN_RIGHTS = (
    Mutant(
        "every supplier's trips are one's own",
        "domain/permissions.py",
        "return actor.supplier_id is not None and actor.supplier_id == reach.supplier_id",
        "return actor.supplier_id is not None",
        (f"{CITIZENS}::test_a_planner_may_not_open_another_suppliers_citizen",),
    ),
    Mutant(
        "everybody's citizens are one's own",
        "domain/permissions.py",
        "if actor.person_id is not None and actor.person_id in reach.people:",
        "if actor.person_id is not None:",
        (f"{SEEN}::test_another_district_s_care_worker_is_asked_why",),
    ),
    Mutant(
        "another district is home too",
        "domain/permissions.py",
        "(actor.supplier_id, actor.district_id) == (reach.supplier_id, reach.district_id)",
        "actor.supplier_id == reach.supplier_id",
        (f"{SEEN}::test_another_district_s_care_worker_is_asked_why",),
    ),
    Mutant(
        "whom a deed concerns is not asked",
        "domain/permissions.py",
        "if not may(actor, action, reach):",
        "if not may(actor, action):",
        (f"{SEEN}::test_another_district_s_care_worker_books_nothing",),
    ),
    Mutant(
        "care workers correct cards",
        "domain/permissions.py",
        "Action.CORRECT_CARD: {_ASSESSOR: _ALL, _COORDINATOR: _ALL},",
        "Action.CORRECT_CARD: {_ASSESSOR: _ALL, _COORDINATOR: _ALL, _WORKER: _ALL},",
        (f"{ACCESS}::test_who_may_open_what_is_as_agreed",),
    ),
    Mutant(
        "a page asks for no role",
        "platform/auth.py",
        "if is_elsewhere or not may(login.actor, access.action):",
        "if is_elsewhere:",
        (f"{SEEN}::test_a_volunteer_sees_no_card_and_no_trip",),
    ),
    Mutant(
        "a page that says nothing opens for all",
        "platform/auth.py",
        "        if access is None:\n            abort(403)",
        "        if access is None:\n            return None",
        (f"{ACCESS}::test_a_page_that_says_nothing_opens_for_nobody",),
    ),
    Mutant(
        "a locked tablet is open",
        "platform/auth.py",
        "is_locked = login is not None and login.is_locked",
        "is_locked = False",
        (f"{LOCKED}::test_a_locked_tablet_opens_nothing_but_its_own_page",),
    ),
    Mutant(
        "who is only to look changes things",
        "platform/auth.py",
        "if login.is_read_only and request.method not in SAFE_METHODS:",
        "if login.is_read_only and request.method in SAFE_METHODS:",
        ("tests/integration/sign_in/test_support.py::test_a_supporter_changes_nothing",),
    ),
    Mutant(
        "rows are not held to a municipality",
        "platform/tenancy.py",
        "    if not owned:\n        return\n",
        "    if not owned or mappers:\n        return\n",
        (f"{TENANCY}::test_another_municipality_sees_nothing",),
    ),
    Mutant(
        "a statement that cannot be held is run",
        "platform/tenancy.py",
        "if current is None or not mappers:",
        "if current is None:",
        (f"{TENANCY}::test_statements_that_cannot_be_scoped_are_refused",),
    ),
    Mutant(
        "a row is added to another municipality",
        "platform/tenancy.py",
        "if row.municipality_id != _municipality.get():",
        "if row.municipality_id is None:",
        (f"{TENANCY}::test_a_new_row_for_another_municipality_is_refused",),
    ),
    Mutant(
        "a prepared statement need not name its municipality",
        "platform/tenancy.py",
        "if _owned_sources(statement) - held - added or _OWN not in compiled.params:",
        "if _OWN not in compiled.params:",
        (f"{OWN_ROWS}::test_a_statement_that_does_not_name_its_municipality_is_never_made",),
    ),
)

IN_GRANTING = (
    Mutant(
        "whoever asks for a card approves it",
        "punchcards/services/requests.py",
        "    if row.asked_by == actor.account_id:",
        "    if row.asked_by is None:",
        (f"{GRANTING}::test_a_card_that_needs_approval_waits_for_a_colleague",),
    ),
    Mutant(
        "a card needs nobody's approval",
        "punchcards/services/granting.py",
        "terms.grants.needs_approval is True or said",
        "said",
        (f"{GRANTING}::test_a_card_that_needs_approval_waits_for_a_colleague",),
    ),
    Mutant(
        "what nobody has assessed is met",
        "domain/granting.py",
        "holds(rule, wish.facts) is not True",
        "holds(rule, wish.facts) is False",
        (f"{GRANTING}::test_who_does_not_meet_it_is_told_which_condition",),
    ),
)
IN_JOBS = (
    Mutant(
        "a finished day is run again",
        "platform/job_runner.py",
        "    if run.finished_at is not None:\n        return False\n",
        "",
        (f"{DUE}::test_beside_a_gap_what_is_finished_is_not_run_again",),
    ),
    Mutant(
        "what is neither done nor failed is forgotten",
        "platform/job_runner.py",
        "missing = outcome.expected - outcome.done - outcome.failed",
        "missing = 0",
        (f"{DUE}::test_what_is_neither_done_nor_failed_counts_as_failed",),
    ),
    Mutant(
        "a day is closed with its failures at once",
        "platform/job_runner.py",
        "finished = completed and (outcome.failed == 0 or over)",
        "finished = completed",
        (f"{DUE}::test_a_day_with_failures_stays_open_until_it_is_over",),
    ),
    Mutant(
        "a job that cannot catch up is closed too",
        "platform/job_runner.py",
        "over = job.catches_up and day < local_day(now)",
        "over = day < local_day(now)",
        (f"{DUE}::test_a_job_that_does_not_catch_up_keeps_its_day_open",),
    ),
    Mutant(
        "a job of every minute runs all the time",
        "platform/job_runner.py",
        "return not run.started_at <= now < run.started_at + job.every",
        "return True",
        (
            f"{DUE}::test_a_job_of_every_minute_runs_again_after_a_minute_and_never_for_a_day_"
            "that_is_over",
        ),
    ),
    Mutant(
        "what broke is tried again without a pause",
        "platform/job_runner.py",
        "return not run.started_at <= now < run.started_at + pause",
        "return True",
        (f"{DUE}::test_a_broken_run_is_tried_again_after_a_pause",),
    ),
    Mutant(
        "a worker works without leading",
        "platform/worker.py",
        "return self._leads and not self._stopping.is_set()",
        "return not self._stopping.is_set()",
        (f"{ELECTION}::test_a_worker_that_does_not_lead_does_not_work",),
    ),
    Mutant(
        "a leader that beats is relieved",
        "platform/election.py",
        "and beat.beat_at < clock_timestamp()",
        "and beat.beat_at > clock_timestamp()",
        (f"{ELECTION}::test_a_leader_that_works_keeps_its_place_whatever_others_try",),
        "postgresql",
    ),
    Mutant(
        "a message that was sent is still on its way",
        "messages/services/sending.py",
        "row.state, row.sent_at, row.error = State.SENT.value, now, None",
        "row.sent_at, row.error = now, None",
        (f"{SENDING}::test_a_text_goes_out_once_with_its_key",),
    ),
    Mutant(
        "a day is anchored twice",
        "platform/audit_chain.py",
        "if before and before[0].day >= day.isoformat():",
        "if before and before[0].day > day.isoformat():",
        (f"{AUDIT}::test_a_day_is_anchored_once_and_never_afterwards",),
    ),
)

GUARDS_OFF = (
    Mutant(
        "the key of a press is not kept",
        "platform/execute.py",
        "            _KEEP.run_late(",
        "            dict(",
        (f"{EXECUTE}::test_equal_keys_at_the_same_moment_have_one_effect",),
    ),
    Mutant(
        "a write goes on in the transaction of a read",
        "platform/execute.py",
        "        db.session.rollback()  # ends the plain transaction",
        "        db.session.flush()  # ends the plain transaction",
        (f"{EXECUTE}::test_a_write_after_a_read_in_the_same_request_waits_its_turn",),
    ),
    Mutant(
        "a seat is taken without asking whether one is left",
        "activities/services/seats.py",
        "        _dates.c.seats_taken < _dates.c.capacity,\n",
        "",
        (f"{SEATS}::test_one_of_two_at_the_same_moment_gets_the_last_place",),
    ),
    Mutant(
        "a seat is given back twice",
        "activities/services/seats.py",
        "    if seat.state != BOOKED:\n        return\n",
        "",
        (f"{SEATS}::test_a_race_for_a_seat_and_one_given_back_leave_the_count_right",),
    ),
    Mutant(
        "the leader's file is shared",
        "platform/election.py",
        "fcntl.LOCK_EX | fcntl.LOCK_NB",
        "fcntl.LOCK_SH | fcntl.LOCK_NB",
        (f"{ELECTION}::test_only_one_of_two_leads",),
    ),
    Mutant(
        "the leader's lock is not asked for",
        "platform/election.py",
        'text("select pg_try_advisory_lock(:key)")',
        'text("select :key > 0")',
        (f"{ELECTION}::test_only_one_of_two_leads",),
        "postgresql",
    ),
    Mutant(
        "a card is not locked",
        "punchcards/queries/cards.py",
        '_LOCK = OwnRows(_head.where(_card.c.id == bindparam("card")).with_for_update())',
        '_LOCK = OwnRows(_head.where(_card.c.id == bindparam("card")))',
        (f"{SPENDERS}::test_a_crowd_takes_what_there_is_and_no_more",),
        "postgresql",
    ),
    Mutant(
        "a PIN is not locked while it is guessed",
        "accounts/queries/__init__.py",
        "        .filter_by(account_id=account_id, kind=kind)\n        .with_for_update()\n",
        "        .filter_by(account_id=account_id, kind=kind)\n",
        (f"{TABLETS}::test_of_many_who_guess_a_pin_at_once_five_are_compared",),
        "postgresql",
    ),
    Mutant(
        "neither a trip nor the cards that pay for it are locked",
        "trips/services/locking.py",
        "        cards.lock_card(card_id)\n    trip = queries.lock_trip(trip_id)\n",
        "        cards.get_card(card_id)\n    trip = queries.read_trip(trip_id)\n",
        (f"{TABLETS}::test_eight_tablets_that_say_the_same_are_one_trip",),
        "postgresql",
    ),
)

MUTANTS = (*IN_THE_LEDGER, *IN_RIGHTS, *IN_GRANTING, *IN_JOBS, *GUARDS_OFF)
