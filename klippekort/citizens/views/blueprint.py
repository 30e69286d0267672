"""The blueprint that every screen of citizens hangs on."""

from flask import Blueprint

bp = Blueprint("citizens", __name__)
