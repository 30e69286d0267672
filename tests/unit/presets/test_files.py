"""Every published scheme is a file that tells where it was read and what nobody has said."""

import pytest

from klippekort.domain.presets import PRESETS, text_of
from klippekort.domain.schemes import UNDECIDED, dump, load, open_questions, value_at

KEPT_BY_DATABASES = ("nyborg", "fureso", "faxe", "haderslev", "randers")
COURSE = "varde-fellowship"

# What no source says for any card: 1.5 of the survey.
ALWAYS_OPEN = {
    "grants.needs_approval",
    "grants.when_no_longer_met",
    "pauses.any.extends_expiry",
    "pauses.scheme.accrues",
    "pauses.scheme.usable",
    "cancelling.citizen.charge",
    "cancelling.supplier.charge",
    "cancelling.supplier.longer_life",
    "cancelling.host.charge",
    "cancelling.weather.charge",
    "cancelling.infection.charge",
    "cancelling.no_show",
    "cancelling.broken_off",
    "cancelling.wasted_visit",
    "allowance.counted_from",
    "allowance.first",
    "pauses.partial_period",
    "booking.against_future_time",
    "charging.basis",
    "charging.second_helper",
    "charging.planning",
    "joint_trips.charge",
    "sharing.pools",
    "sharing.lending",
    "ending.death",
    "ending.moved",
    "ending.supplier",
    "ending.other",
    "law.decision",
    "law.complaint_guidance",
}
APPROVAL_SAID = {
    "haderslev",
    "kobenhavn-care-home-until-2017",
    "kobenhavn-care-home",
    "alleroed-care-home",
}
HOURS = {"hours.days", "hours.starts_from", "hours.ends_by", "hours.public_holidays"}
NOTICE = {"notice.by_length.all.notice", "notice.saved_time", "notice.agreement_change"}
LIFE = {"expiry.rolling", "expiry.year_end"}
ANY_PAUSE = {"pauses.any.accrues", "pauses.any.usable"}
HOW_MUCH = {"saving.caps.most.minutes", "saving.caps.most.at_cap"}
NO_MINUTES = {"minutes_per_punch", "allowance.minutes"}
ORIGIN = {"grants.origins"}
WHO = {"grants.eligibility"}
HELPER = {"money.helper.ticket", "money.helper.transport", "money.helper.refreshments"}
CITIZEN = {"money.citizen.ticket", "money.citizen.transport", "money.citizen.refreshments"}
MONEY = HELPER | CITIZEN
LAW = {"law.basis"}
OTHERS = {"activities.others"}
TRAVEL = {"charging.travel"}
ORDINARY = HOURS | NOTICE | LIFE | ANY_PAUSE | MONEY | OTHERS | TRAVEL

SILENT = {
    "nyborg": ANY_PAUSE | MONEY | TRAVEL | OTHERS | {"saving.caps.most.at_cap"},
    "nyborg-care-home": ORDINARY - CITIZEN | HOW_MUCH | LAW,
    "randers-until-2022": ORDINARY | HOW_MUCH | ORIGIN | WHO | LAW,
    "randers": ORDINARY | HOW_MUCH | {"change.saved_time"},
    "haderslev": ORDINARY - NOTICE | LAW | {"notice.agreement_change", "saving.caps.weeks.at_cap"},
    "haderslev-care-home": ORDINARY - NOTICE | LAW | {"notice.agreement_change"},
    "fureso": LIFE | MONEY | TRAVEL | {"notice.agreement_change", "hours.public_holidays"},
    "faxe": NOTICE
    | ANY_PAUSE
    | {"money.citizen.refreshments", "hours.public_holidays", "expiry.year_end"},
    "billund": ORDINARY | ORIGIN | LAW | {"allowance.minutes", "allowance.period"},
    "kobenhavn": ORDINARY | LAW | {"saving.caps.most.at_cap"},
    "kobenhavn-care-home-until-2017": ORDINARY | HOW_MUCH | LAW,
    "kobenhavn-care-home": ORDINARY | HOW_MUCH | LAW | {"change.saved_time"},
    "taarnby": ORDINARY | ORIGIN | WHO | LAW,
    "varde-care-home": ORDINARY | HOW_MUCH,
    COURSE: HOURS | NOTICE | MONEY | OTHERS | ORIGIN,
    "guldborgsund": ORDINARY | NO_MINUTES | HOW_MUCH | ORIGIN | LAW | {"allowance.period"},
    "guldborgsund-care-home": ORDINARY | NO_MINUTES | HOW_MUCH | ORIGIN | WHO | LAW,
    "alleroed-care-home": ORDINARY | HOW_MUCH | LAW,
    "norddjurs": ORDINARY | HOW_MUCH | ORIGIN | WHO | LAW | {"target_groups.weakest.eligibility"},
    "morsoe": ORDINARY | NO_MINUTES | ORIGIN | LAW | {"allowance.period"},
    "morsoe-care-home": ORDINARY | NO_MINUTES | ORIGIN | LAW | {"allowance.period"},
    "middelfart": ORDINARY | HOW_MUCH | ORIGIN | WHO,
    "ringsted-care-home": ORDINARY | NO_MINUTES | HOW_MUCH | ORIGIN | LAW | {"allowance.period"},
    "soroe": ORDINARY | NO_MINUTES | HOW_MUCH | ORIGIN,
    "greve-until-2016": ORDINARY | HOW_MUCH | ORIGIN | LAW,
    "greve": ORDINARY | HOW_MUCH | ORIGIN | {"change.saved_time"},
    "kalundborg": ORDINARY | HOW_MUCH,
    "kalundborg-care-home": ORDINARY - NOTICE | HOW_MUCH | {"notice.by_length.more.notice"},
    "esbjerg": ORDINARY | HOW_MUCH | ORIGIN | LAW,
    "aarhus-care-home": ORDINARY | HOW_MUCH | ORIGIN,
    "lyngby-taarbaek-care-home": ORDINARY | NO_MINUTES | HOW_MUCH | ORIGIN | LAW,
}
# What a source does say and no replay shows.
SAID = [
    ("nyborg", "law.basis", "serviceloven § 83"),
    ("nyborg", "escort.who", ("helper",)),
    ("nyborg-care-home", "money.citizen.transport", "citizen"),
    ("haderslev", "words.card", "omsorgsklippekort"),
    ("fureso", "law.basis", "ekstra tilbud, ikke hjemmehjælp efter serviceloven"),
    ("fureso", "escort.who", ("regular_helper",)),
    ("faxe", "money.helper.ticket", "citizen"),
    ("faxe", "money.citizen.ticket", "citizen"),
    ("randers", "law.basis", "kommunen er ikke forpligtet til at tilbyde det"),
    ("varde-fellowship", "words.card", "fællesskabskort"),
    ("varde-fellowship", "escort.who", ("care_worker", "therapist")),
    ("soroe", "activities.conditional.extraordinary_cleaning", "sammen med borgeren"),
    ("kobenhavn", "grants.may_be_declined", True),
]


@pytest.mark.parametrize("preset", PRESETS)
def test_a_preset_written_out_reads_back_the_same(preset: str):
    scheme = load(text_of(preset))
    assert load(dump(scheme)) == scheme


@pytest.mark.parametrize("preset", PRESETS)
def test_a_preset_names_its_source(preset: str):
    told = PRESETS[preset]
    assert all((told.source, told.municipality, told.name))


@pytest.mark.parametrize("preset", PRESETS)
def test_a_file_begins_with_where_it_was_read(preset: str):
    publisher = PRESETS[preset].source.split(", ")[0].split(" (")[0][:20]
    comment = text_of(preset).partition("\nname = ")[0]
    assert publisher.lower() in comment.replace("\n# ", " ").lower()


@pytest.mark.parametrize("preset", KEPT_BY_DATABASES)
def test_ids_that_databases_store_are_kept(preset: str):
    assert PRESETS[preset].id == preset


def test_every_preset_is_listed_here():
    assert set(SILENT) == set(PRESETS)


@pytest.mark.parametrize("preset", PRESETS)
def test_what_its_source_does_not_say_is_left_open(preset: str):
    always = ALWAYS_OPEN - ({"grants.needs_approval"} if preset in APPROVAL_SAID else set())
    counts = set() if preset == COURSE else always
    assert (SILENT[preset] | counts) - set(open_questions(PRESETS[preset].terms)) == set()


@pytest.mark.parametrize("preset", PRESETS)
def test_what_is_left_open_is_written_in_the_file(preset: str):
    asked = open_questions(PRESETS[preset].terms)
    written = text_of(preset).count(f'"{UNDECIDED}"')
    assert preset == COURSE or written == len(asked)


@pytest.mark.parametrize(("preset", "rule", "said"), SAID)
def test_what_a_source_says_stands_in_its_preset(preset: str, rule: str, said: object):
    assert value_at(PRESETS[preset].terms, rule) == said


def test_an_unknown_preset_is_a_key_error():
    with pytest.raises(KeyError):
        PRESETS["atlantis"]
