"""Build steps that setup.cfg cannot express: packages, catalogues, compressed files."""

from pathlib import Path

from setuptools import find_packages, setup
from setuptools.command.build_py import build_py
from whitenoise.compress import Compressor

COMPRESSED = {".css", ".js", ".svg"}


class BuildWithMadeFiles(build_py):
    """Make the files that are not in the repository, so that the package data is whole."""

    def run(self) -> None:
        self.run_command("compile_catalog")
        super().run()
        if not self.editable_mode:
            compressor = Compressor(quiet=True)
            for file in sorted(Path(self.build_lib, "klippekort", "static").rglob("*")):
                if file.suffix in COMPRESSED:
                    compressor.compress(str(file))


setup(
    packages=[
        *find_packages(include=["klippekort", "klippekort.*"]),
        "klippekort.templates",
        "klippekort.static",
    ],
    cmdclass={"build_py": BuildWithMadeFiles},
)
