"""The blueprint that every screen of groups hangs on."""

from flask import Blueprint

bp = Blueprint("groups", __name__)
