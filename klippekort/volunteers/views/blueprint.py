"""The blueprint that every screen of volunteers hangs on, and the buttons they share."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint

from klippekort.platform.auth import current_actor
from klippekort.platform.execute import execute
from klippekort.platform.forms import KeyedForm

bp = Blueprint("volunteers", __name__)


def pressed(service: Callable[..., Any], *args: Any, **facts: Any) -> bool:
    """Do what a button without fields asks for, and say whether it was really pressed.

    Raises what the service refuses.
    """
    form = KeyedForm()
    if not form.validate_on_submit():
        return False
    content = [str(arg) for arg in args]
    execute(service, current_actor(), *args, **facts, key=form.key.data, content=content)
    return True
