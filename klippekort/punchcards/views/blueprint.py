"""The blueprint that every screen of schemes and cards hangs on."""

from flask import Blueprint

bp = Blueprint("punchcards", __name__)
