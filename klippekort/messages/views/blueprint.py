"""Where the pages of messages hang."""

from flask import Blueprint

bp = Blueprint("messages", __name__)
