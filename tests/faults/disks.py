"""Disks of a test's own: one that fills up, and one that the kernel lets nobody write any more."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

A_MEGABYTE = 1024 * 1024


def _ran(*words: object) -> bool:
    """Run a command of the system, and say whether it did what it was asked to."""
    try:
        done = subprocess.run([str(one) for one in words], capture_output=True, check=False)
    except FileNotFoundError:
        return False
    return done.returncode == 0


@contextmanager
def _mounted(place: Path, *words: object) -> Iterator[None]:
    place.mkdir(parents=True, exist_ok=True)
    if os.geteuid() != 0 or not _ran("mount", *words, place):
        pytest.skip("only root may mount a disk of its own, and not everywhere")
    try:
        yield
    finally:
        if not _ran("umount", place):
            _ran("umount", "--lazy", place)


@contextmanager
def small_disk(place: Path, megabytes: int) -> Iterator["Disk"]:
    """Put a small disk at a place, in memory."""
    with _mounted(place, "-t", "tmpfs", "-o", f"size={megabytes}m,mode=755", "tmpfs"):
        yield Disk(place)


class Disk:
    """A disk that can be filled to its last byte, and given room again."""

    def __init__(self, place: Path) -> None:
        self.place, self._filler = place, place / "filler"

    def fill(self) -> None:
        """Leave no room at all."""
        for piece in (A_MEGABYTE, 4096):
            with suppress(OSError), self._filler.open("ab", buffering=0) as file:
                while file.write(bytes(piece)) == piece:
                    continue

    def empty(self) -> None:
        """Give the room back."""
        self._filler.unlink(missing_ok=True)


class Failing:
    """A disk with a real file system, that the kernel may find faulty and write no more."""

    def __init__(self, image: Path, place: Path) -> None:
        self.image, self.place = image, place

    def fail(self) -> None:
        """Let it be read only from now on, under the hands of those who have files open."""
        assert _ran("mount", "-o", "remount,abort", self.place)

    def mend(self) -> None:
        """Take it away and bring it back whole, as after a repair; nobody may use it meanwhile."""
        assert _ran("umount", self.place)
        _ran("e2fsck", "-p", self.image)
        assert _ran("mount", "-o", "loop", self.image, self.place)


@contextmanager
def failing_disk(image: Path, place: Path, megabytes: int = 128) -> Iterator[Failing]:
    """Put a disk at a place that can be made to fail."""
    image.write_bytes(b"")
    os.truncate(image, megabytes * A_MEGABYTE)
    if not _ran("mkfs.ext4", "-q", "-F", image):
        pytest.skip("mkfs.ext4 is missing")
    with _mounted(place, "-o", "loop", image):
        yield Failing(image, place)
