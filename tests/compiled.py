"""Templates compiled once for all the apps of a test run, which are hundreds."""

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket


class Compiled(BytecodeCache):
    """Keeps in this process what a template was compiled to; Jinja asks whether it still fits."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill the bucket, if its template was compiled before."""
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what the template has just been compiled to."""
        self._kept[bucket.key] = bucket.bytecode_to_string()


def compile_once() -> None:
    """Let every app that is made from now on share its compiled templates."""
    Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": Compiled()}
