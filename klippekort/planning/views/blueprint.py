"""The blueprint that the planner's screens hang on."""

from flask import Blueprint

bp = Blueprint("planning", __name__)
