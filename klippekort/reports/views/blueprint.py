"""The blueprint that every report hangs on."""

from flask import Blueprint

bp = Blueprint("reports", __name__)
