"""The blueprint all pages of paper hang on."""

from flask import Blueprint

bp = Blueprint("papers", __name__)
