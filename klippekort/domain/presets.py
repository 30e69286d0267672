"""Published schemes, ready to be taken over; what a source does not say is undecided."""

from dataclasses import dataclass
from datetime import time

from klippekort.domain.schemes import (
    Allowance,
    Expiry,
    Hours,
    Notice,
    Pauses,
    Saving,
    Setting,
    Terms,
    Travel,
)


@dataclass(frozen=True)
class Preset:
    """A published scheme: whose it is, where it was read, and its terms."""

    id: str
    municipality: str
    setting: Setting
    source: str
    terms: Terms


NYBORG = Preset(
    "nyborg",
    "Nyborg",
    Setting.OWN_HOME,
    "Kvalitetsstandard for klippekort til ekstra hjemmehjælp, Nyborg Kommune, 2019",
    Terms(
        minutes_per_punch=30,
        allowance=Allowance(minutes=30),
        saving=Saving(cap_minutes=240),
        expiry=Expiry(rolling_weeks=8, year_end=True),
        hours=Hours(
            starts_from=time(10), ends_by=time(15), weekdays_only=True, public_holidays=False
        ),
        notice=Notice(agreement_change_weeks=4),
        legal_basis="serviceloven § 83",
    ),
)

FURESO = Preset(
    "fureso",
    "Furesø",
    Setting.OWN_HOME,
    "Klippekort, Furesø Kommune",
    Terms(
        minutes_per_punch=30,
        allowance=Allowance(minutes=30),
        saving=Saving(cap_minutes=240, cap_weeks=8),
        expiry=Expiry(rolling_weeks=8),
        pauses=Pauses(absences=("hospital", "rehab", "holiday")),
        hours=Hours(soft_starts_from=time(10), ends_by=time(17), weekdays_only=True),
        notice=Notice(saved_months=1),
        legal_basis="ekstra tilbud uden for serviceloven",
    ),
)

FAXE = Preset(
    "faxe",
    "Faxe",
    Setting.OWN_HOME,
    "Klippekort – ekstra hjælp til dig, Faxe Kommune",
    Terms(
        minutes_per_punch=30,
        allowance=Allowance(minutes=30),
        saving=Saving(cap_minutes=180, cap_weeks=6),
        expiry=Expiry(rolling_weeks=6),
        hours=Hours(soft_starts_from=time(10), ends_by=time(15, 30), weekdays_only=True),
        travel=Travel.COUNTS,
        helper_costs_paid_by="citizen",
    ),
)

HADERSLEV = Preset(
    "haderslev",
    "Haderslev",
    Setting.OWN_HOME,
    "Omsorgsklippekort, Haderslev Kommune",
    Terms(
        minutes_per_punch=30,
        allowance=Allowance(minutes=30),
        saving=Saving(cap_minutes=180),
        expiry=Expiry(rolling_weeks=6),
        notice=Notice(one_punch_days=7, more_punches_days=14),
    ),
)

RANDERS = Preset(
    "randers",
    "Randers",
    Setting.OWN_HOME,
    "Klippekort, Randers Kommune; Din Avis, 17. december 2022",
    Terms(
        minutes_per_punch=15,
        allowance=Allowance(minutes=15),
        legal_basis="kommunen er ikke forpligtet til at tilbyde det",
    ),
)

PRESETS = {preset.id: preset for preset in (NYBORG, FURESO, FAXE, HADERSLEV, RANDERS)}
