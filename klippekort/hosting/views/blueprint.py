"""The blueprint all pages of hosting hang on."""

from flask import Blueprint

bp = Blueprint("hosting", __name__)
