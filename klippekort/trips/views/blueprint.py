"""The blueprint that every screen of trips hangs on."""

from flask import Blueprint

bp = Blueprint("trips", __name__)
