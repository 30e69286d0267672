"""The blueprint all pages of relatives hang on."""

from flask import Blueprint

bp = Blueprint("relatives", __name__)
