"""The blueprint that every screen of those who oversee hangs on."""

from flask import Blueprint

bp = Blueprint("oversight", __name__)
