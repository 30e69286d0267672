"""Folders that hold what is about people: for whoever runs the program, and nobody else."""

from pathlib import Path


def private_folder(folder: Path) -> None:
    """Make a folder that only its owner may look into; one that is there stays as it is."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
