"""The blueprint that every screen of measures hangs on."""

from flask import Blueprint

bp = Blueprint("measures", __name__)
