"""A citizen's record: seen, added, corrected."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from klippekort.citizens import queries, services
from klippekort.citizens.forms.facts import LIVING, SETTINGS, ChangeCitizenForm, CitizenForm
from klippekort.citizens.queries import leaving as leavings
from klippekort.citizens.views.blueprint import bp
from klippekort.domain.permissions import Action, Role, authorise, may
from klippekort.municipalities.forms import shown_phone
from klippekort.municipalities.queries import list_districts, list_suppliers
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, requires, saw
from klippekort.platform.execute import execute
from klippekort.platform.i18n import _


@bp.get("/borgere/<uuid:citizen_id>/oplysninger")
@requires(Action.SEE_CITIZEN, purpose="see_facts")
def facts(citizen_id: UUID) -> ResponseReturnValue:
    citizen = queries.get_citizen(citizen_id)
    authorise(current_actor(), Action.SEE_CITIZEN, queries.reach(citizen, clock.today()))
    hidden = citizen.has_protected_address
    return _facts_page(citizen, None if hidden else queries.address_of(citizen), hidden)


@bp.post("/borgere/<uuid:citizen_id>/oplysninger")
@requires(Action.SEE_CITIZEN, purpose="see_address")
def show_address(citizen_id: UUID) -> ResponseReturnValue:
    """Show the page with a protected address in it; the look is on record before it is read."""
    address = execute(
        services.open_address, current_actor(), citizen_id, "see_address", now=clock.now()
    )
    return _facts_page(queries.get_citizen(citizen_id), address, False)


def _facts_page(citizen: Any, address: str | None, is_hidden: bool) -> str:
    actor = current_actor()
    saw(citizen.id)
    suppliers = {supplier.id: supplier.name for supplier in list_suppliers()}
    districts = {district.id: district.name for district in list_districts()}
    assessor = actor.role is Role.ASSESSOR
    return render_template(
        "citizens/facts.html",
        citizen=citizen,
        person_number=queries.masked_number_of(citizen) if assessor else None,
        address=address,
        is_hidden=is_hidden,
        phone_number=queries.phone_of(citizen),
        supplier=suppliers[citizen.supplier_id],
        district=districts.get(citizen.district_id),
        setting=str(SETTINGS.get(citizen.setting, citizen.setting)),
        living={True: LIVING["yes"], False: LIVING["no"]}.get(citizen.lives_alone),
        away=[a for a in queries.absences_of(citizen.id) if a.covers(clock.today())],
        may_change=may(actor, Action.GRANT_CARD),
        may_record_absence=may(actor, Action.RECORD_ABSENCE),
        may_record_leaving=may(actor, Action.RECORD_LEAVING),
        leaving=leavings.find_leaving(citizen.id),
        may_see_measures=may(actor, Action.SEE_MEASURES, queries.reach(citizen, clock.today())),
        may_choose_channel=may(actor, Action.CHOOSE_CHANNEL, queries.reach(citizen, clock.today())),
        may_see_contacts=may(actor, Action.CHANGE_CONTACTS, queries.reach(citizen, clock.today())),
        may_see_log=may(actor, Action.SEE_ACCESS_LOG),
        may_hold=may(actor, Action.HOLD_DATA),
        may_see_card=may(actor, Action.SEE_CARD),
        may_see_trips=may(actor, Action.SEE_TRIPS),
    )


@bp.route("/borgere/ny", methods=["GET", "POST"])
@requires(Action.GRANT_CARD, purpose="add_citizen")
def add() -> ResponseReturnValue:
    form = CitizenForm()
    form.offer(list_suppliers(), list_districts())
    if form.validate_on_submit():
        wanted = form.facts()
        try:
            new = execute(
                services.add_citizen,
                current_actor(),
                wanted,
                now=clock.now(),
                key=form.key.data,
                content=services.content_of(wanted),
            )
        except services.PersonNumberTaken:
            form.person_number.errors = [_("Another citizen already has this person number.")]
        except services.RecordRefTaken:
            form.record_ref.errors = [_("Another citizen already has this care record id.")]
        else:
            flash(_("%(name)s is written down", name=wanted.first_name), "success")
            return redirect(url_for("citizens.facts", citizen_id=UUID(new)), 303)
    page = render_template("citizens/add.html", form=form)
    return page, 422 if form.errors else 200


@bp.route("/borgere/<uuid:citizen_id>/ret", methods=["GET", "POST"])
@requires(Action.GRANT_CARD, purpose="change_citizen")
def change(citizen_id: UUID) -> ResponseReturnValue:
    citizen = queries.get_citizen(citizen_id)
    is_shown = not citizen.has_protected_address
    form = ChangeCitizenForm(data=_typed(citizen, is_shown))
    form.is_address_shown = is_shown
    form.offer(list_suppliers(), list_districts())
    if form.validate_on_submit():
        wanted = form.facts()
        try:
            execute(
                services.change_citizen,
                current_actor(),
                citizen_id,
                wanted,
                now=clock.now(),
                reason=form.why.data,
                key=form.key.data,
                content=[citizen_id, services.content_of(wanted)],
            )
        except services.PersonNumberTaken:
            form.person_number.errors = [_("Another citizen already has this person number.")]
        except services.RecordRefTaken:
            form.record_ref.errors = [_("Another citizen already has this care record id.")]
        else:
            flash(_("The change is saved"), "success")
            return redirect(url_for("citizens.facts", citizen_id=citizen_id), 303)
    saw(citizen_id)
    page = render_template(
        "citizens/change.html",
        form=form,
        citizen=citizen,
        is_address_shown=is_shown,
        person_number=queries.masked_number_of(citizen),
    )
    return page, 422 if form.errors else 200


def _typed(citizen: Any, is_address_shown: bool) -> dict[str, Any]:
    """Return what the form shows at first: not the person number, nor a protected address."""
    minutes = citizen.home_care_minutes
    level = citizen.functional_level
    return {
        "first_name": citizen.first_name,
        "last_name": citizen.last_name,
        "call_name": citizen.call_name or "",
        "address": (queries.address_of(citizen) or "") if is_address_shown else "",
        "postcode": citizen.postcode or "",
        "town": citizen.town or "",
        "phone": shown_phone(queries.phone_of(citizen)),
        "has_protected_address": citizen.has_protected_address,
        "supplier": str(citizen.supplier_id),
        "district": str(citizen.district_id or ""),
        "setting": citizen.setting,
        "lives_alone": {True: "yes", False: "no"}.get(citizen.lives_alone, ""),
        "functional_level": "" if level is None else str(level),
        "aids": ", ".join(citizen.aids),
        "record_ref": citizen.record_ref or "",
        "home_care_minutes": ""
        if minutes is None
        else f"{minutes.normalize():f}".replace(".", ","),
    }
