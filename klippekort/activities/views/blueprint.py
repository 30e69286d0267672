"""The blueprint all pages of activities hang on."""

from flask import Blueprint

bp = Blueprint("activities", __name__)
