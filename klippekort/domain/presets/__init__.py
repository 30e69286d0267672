"""Published schemes, ready to be taken over; what a source does not say is undecided.

Each is a TOML file beside this one, named by its number in the survey and its id.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from klippekort.domain.schemes import Setting, Terms, load

_SUFFIX = ".toml"


@dataclass(frozen=True)
class Preset:
    """A published scheme: whose it is, for whom, where it was read, and its terms.

    Databases store the id, so an id never changes.
    """

    id: str
    municipality: str
    setting: Setting
    source: str
    terms: Terms
    name: str = ""


@cache
def _file_names() -> dict[str, str]:
    """Return the file of each preset by its id: `s01-nyborg.toml` is `nyborg`."""
    names = sorted(file.name for file in files(__name__).iterdir() if file.name.endswith(_SUFFIX))
    return {name.removesuffix(_SUFFIX).partition("-")[2]: name for name in names}


@cache
def _preset(preset_id: str) -> Preset:
    said = load(text_of(preset_id))
    return Preset(preset_id, said.municipality, said.setting, said.source, said.terms, said.name)


def text_of(preset_id: str) -> str:
    """Return a preset's file as it was written, with its comments. Raises KeyError."""
    return files(__name__).joinpath(_file_names()[preset_id]).read_text(encoding="utf-8")


class _Presets(Mapping[str, Preset]):
    """Every preset by its id, in the order of the survey; a file is read when it is asked for."""

    def __getitem__(self, preset_id: str) -> Preset:
        return _preset(preset_id)

    def __iter__(self) -> Iterator[str]:
        return iter(_file_names())

    def __len__(self) -> int:
        return len(_file_names())


PRESETS: Mapping[str, Preset] = _Presets()
