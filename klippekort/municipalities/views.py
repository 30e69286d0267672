"""The municipality's own page: contact, travel times, suppliers and districts."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from klippekort.domain.permissions import Action
from klippekort.municipalities import queries, services
from klippekort.municipalities.forms import (
    ContactForm,
    CorrectionLimitForm,
    DistrictForm,
    HappeningsForm,
    SupplierForm,
    TabletForm,
    TravelForm,
    shown_phone,
)
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, requires
from klippekort.platform.execute import execute
from klippekort.platform.forms import KeyedForm
from klippekort.platform.i18n import _

bp = Blueprint("municipalities", __name__)

# The forms stand on one page, so each has a prefix of its own.
CONTACT, TRAVEL, SUPPLIER, DISTRICT = "contact", "travel", "supplier", "district"
LIMIT = "limit"
TABLETS, HAPPENINGS = "tablets", "happenings"


def _empty_forms() -> dict[str, KeyedForm]:
    home = queries.get_municipality(current_actor().municipality_id)
    return {
        CONTACT: ContactForm(
            formdata=None,
            prefix=CONTACT,
            data={
                "phone": shown_phone(home.phone),
                "phone_hours": home.phone_hours,
                "out_of_hours": home.out_of_hours,
                "return_address": home.return_address,
            },
        ),
        TRAVEL: TravelForm(
            formdata=None,
            prefix=TRAVEL,
            data={"near": home.travel_near_minutes, "far": home.travel_far_minutes},
        ),
        LIMIT: CorrectionLimitForm(
            formdata=None, prefix=LIMIT, data={"minutes": home.correction_limit}
        ),
        TABLETS: TabletForm(
            formdata=None, prefix=TABLETS, data={"minutes": home.tablet_idle_minutes}
        ),
        HAPPENINGS: HappeningsForm(
            formdata=None,
            prefix=HAPPENINGS,
            data={
                "phone": shown_phone(home.nurse_phone),
                "report_at": home.incident_report,
                "rest": home.rest_minutes,
            },
        ),
        SUPPLIER: SupplierForm(formdata=None, prefix=SUPPLIER),
        DISTRICT: DistrictForm(formdata=None, prefix=DISTRICT),
    }


def _page(refused: dict[str, KeyedForm] | None = None) -> ResponseReturnValue:
    """Return the page; a refused form stands in it as it was sent."""
    refused = refused or {}
    page = render_template(
        "municipalities/show.html",
        home=queries.get_municipality(current_actor().municipality_id),
        suppliers=queries.list_suppliers(),
        districts=queries.list_districts(),
        forms={**_empty_forms(), **refused},
        refused=next(iter(refused.values()), None),
    )
    return page, 422 if refused else 200


def _change(form: KeyedForm, service: Callable[..., Any], *values: Any) -> bool:
    """Run a service with what the form holds; a taken name becomes the form's error."""
    try:
        execute(
            service,
            current_actor(),
            *values,
            now=clock.now(),
            key=form.key.data,
            content=[str(value) for value in values],
        )
    except services.NameTaken:
        form["name"].errors = [_("There is one of that name already. Choose another name.")]
        return False
    return True


def _done(message: str) -> ResponseReturnValue:
    flash(message, "success")
    return redirect(url_for("municipalities.show"), 303)


@bp.get("/kommunen")
@requires(Action.SET_UP_MUNICIPALITY)
def show() -> ResponseReturnValue:
    """Show the municipality and the forms that change it."""
    return _page()


@bp.post("/kommunen/kontakt")
@requires(Action.SET_UP_MUNICIPALITY, fresh=True)
def change_contact() -> ResponseReturnValue:
    """Store phone and hours."""
    form = ContactForm(prefix=CONTACT)
    if not form.validate_on_submit():
        return _page({CONTACT: form})
    said = (form.number, form.phone_hours.data, form.out_of_hours.data, form.return_address.data)
    _change(form, services.change_contact, *said)
    return _done(_("Phone and address are saved."))


@bp.post("/kommunen/rejsetid")
@requires(Action.SET_UP_MUNICIPALITY, fresh=True)
def set_travel() -> ResponseReturnValue:
    """Store the travel minutes."""
    form = TravelForm(prefix=TRAVEL)
    if not form.validate_on_submit():
        return _page({TRAVEL: form})
    _change(form, services.set_travel_minutes, form.near.data, form.far.data)
    return _done(_("The travel times are saved."))


@bp.post("/kommunen/rettelser")
@requires(Action.SET_UP_MUNICIPALITY, fresh=True)
def set_correction_limit() -> ResponseReturnValue:
    """Store how large a correction one person may make alone."""
    form = CorrectionLimitForm(prefix=LIMIT)
    if not form.validate_on_submit():
        return _page({LIMIT: form})
    _change(form, services.set_correction_limit, form.minutes.data)
    return _done(_("The limit for corrections is saved."))


@bp.post("/kommunen/tablets")
@requires(Action.SET_UP_MUNICIPALITY, fresh=True)
def set_tablet_idle() -> ResponseReturnValue:
    """Store how soon a tablet locks itself."""
    form = TabletForm(prefix=TABLETS)
    if not form.validate_on_submit():
        return _page({TABLETS: form})
    _change(form, services.set_tablet_idle, form.minutes.data)
    return _done(_("It is saved when tablets lock."))


@bp.post("/kommunen/haendelser")
@requires(Action.SET_UP_MUNICIPALITY, fresh=True)
def set_happenings() -> ResponseReturnValue:
    """Store whom helpers call when something happens, and how long messages rest."""
    form = HappeningsForm(prefix=HAPPENINGS)
    if not form.validate_on_submit():
        return _page({HAPPENINGS: form})
    values = (form.number, form.report_at.data or "", form.rest.data)
    _change(form, services.set_happenings, *values)
    return _done(_("It is saved what happens when something happens."))


@bp.post("/kommunen/leverandoerer")
@requires(Action.SET_UP_MUNICIPALITY, fresh=True)
def add_supplier() -> ResponseReturnValue:
    """Add a supplier."""
    form = SupplierForm(prefix=SUPPLIER)
    if form.validate_on_submit() and _change(
        form, services.add_supplier, form.name.data, form.is_municipal.data, form.number
    ):
        return _done(_("%(name)s is added.", name=form.name.data))
    return _page({SUPPLIER: form})


@bp.post("/kommunen/distrikter")
@requires(Action.SET_UP_MUNICIPALITY, fresh=True)
def add_district() -> ResponseReturnValue:
    """Add a district."""
    form = DistrictForm(prefix=DISTRICT)
    if form.validate_on_submit() and _change(form, services.add_district, form.name.data):
        return _done(_("%(name)s is added.", name=form.name.data))
    return _page({DISTRICT: form})


@bp.route("/kommunen/leverandoerer/<uuid:supplier_id>", methods=["GET", "POST"])
@requires(Action.SET_UP_MUNICIPALITY)
def supplier(supplier_id: UUID) -> ResponseReturnValue:
    """Change a supplier."""
    row = queries.get_supplier(supplier_id)
    stored = {
        "name": row.name,
        "phone": shown_phone(row.phone),
        "is_municipal": row.is_municipal,
    }
    form = SupplierForm(data=stored)
    if form.validate_on_submit() and _change(
        form,
        services.change_supplier,
        supplier_id,
        form.name.data,
        form.is_municipal.data,
        form.number,
    ):
        return _done(_("%(name)s is saved.", name=form.name.data))
    page = render_template(
        "municipalities/supplier.html",
        form=form,
        name=stored["name"],
        supplier_id=supplier_id,
        remove=KeyedForm(formdata=None),
    )
    return page, 422 if form.errors else 200


@bp.post("/kommunen/leverandoerer/<uuid:supplier_id>/fjern")
@requires(Action.SET_UP_MUNICIPALITY, fresh=True)
def remove_supplier(supplier_id: UUID) -> ResponseReturnValue:
    """Remove a supplier that nobody belongs to."""
    here = url_for("municipalities.supplier", supplier_id=supplier_id)
    return _remove(services.remove_supplier, supplier_id, here)


@bp.route("/kommunen/distrikter/<uuid:district_id>", methods=["GET", "POST"])
@requires(Action.SET_UP_MUNICIPALITY)
def district(district_id: UUID) -> ResponseReturnValue:
    """Give a district another name."""
    name = queries.get_district(district_id).name
    form = DistrictForm(data={"name": name})
    if form.validate_on_submit() and _change(
        form, services.rename_district, district_id, form.name.data
    ):
        return _done(_("%(name)s is saved.", name=form.name.data))
    page = render_template(
        "municipalities/district.html",
        form=form,
        name=name,
        district_id=district_id,
        remove=KeyedForm(formdata=None),
    )
    return page, 422 if form.errors else 200


@bp.post("/kommunen/distrikter/<uuid:district_id>/fjern")
@requires(Action.SET_UP_MUNICIPALITY, fresh=True)
def remove_district(district_id: UUID) -> ResponseReturnValue:
    """Remove a district that nobody belongs to."""
    here = url_for("municipalities.district", district_id=district_id)
    return _remove(services.remove_district, district_id, here)


def _remove(service: Callable[..., Any], row_id: UUID, here: str) -> ResponseReturnValue:
    form = KeyedForm()
    if not form.validate_on_submit():
        return redirect(here, 303)
    try:
        _change(form, service, row_id)
    except services.InUse:
        flash(_("People still belong here. Move them first, then remove it."), "error")
        return redirect(here, 303)
    return _done(_("It is removed."))
