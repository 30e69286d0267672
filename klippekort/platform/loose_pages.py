"""Pages that are drawn where there is no request, as by a job: nobody is logged in on them."""

from typing import Any

from flask import current_app


def page_without_request(template: str, **facts: Any) -> str:
    """Return a template filled with `facts` alone: what pages know of a request is not there."""
    return current_app.jinja_env.get_template(template).render(**facts)
