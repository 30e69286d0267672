"""The blueprint that every screen of courses hangs on."""

from flask import Blueprint

bp = Blueprint("courses", __name__)
