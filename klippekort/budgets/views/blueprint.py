"""The blueprint all pages of money hang on."""

from flask import Blueprint

bp = Blueprint("budgets", __name__)
