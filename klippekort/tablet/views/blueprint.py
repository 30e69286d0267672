"""The blueprint that everything of the tablet hangs on."""

from flask import Blueprint

bp = Blueprint("tablet", __name__)
