"""How somebody likes to read: one of three sizes of letters, and strong colours or not."""

from dataclasses import dataclass

SIZES = ("1", "2", "3")


@dataclass(frozen=True)
class Liking:
    """The size of the letters, 1 to 3, and whether all is in strong colours."""

    size: str = "1"
    is_strong: bool = False

    @property
    def css(self) -> str:
        """Return the classes that a page is drawn with."""
        return f"letters-{self.size}" + (" strong-colours" if self.is_strong else "")

    @property
    def written(self) -> str:
        """Return it in two letters at most, as a cookie holds it."""
        return f"{self.size}{'s' if self.is_strong else ''}"


def read_liking(text: str) -> Liking | None:
    """Return what is written, or None for what says nothing."""
    size, strong = text[:1], text[1:]
    return Liking(size, strong == "s") if size in SIZES and strong in ("", "s") else None
