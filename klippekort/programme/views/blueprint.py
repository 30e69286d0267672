"""The blueprint all pages of the programme hang on."""

from flask import Blueprint

bp = Blueprint("programme", __name__)
