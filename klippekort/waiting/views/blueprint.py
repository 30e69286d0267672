"""The blueprint that every screen of waiting hangs on."""

from flask import Blueprint

bp = Blueprint("waiting", __name__)
