"""Reading drawn PDFs as people and screen readers do."""

import subprocess
from pathlib import Path


def _said(drawn: bytes, folder: Path, *command: str, stdout: bool = True) -> str:
    file = folder / "drawn.pdf"
    file.write_bytes(drawn)
    last = ["-"] if stdout else []
    run = subprocess.run([*command, str(file), *last], capture_output=True, check=True)
    return run.stdout.decode()


def words(drawn: bytes, folder: Path) -> str:
    """Return what stands on it, on one line."""
    return " ".join(_said(drawn, folder, "pdftotext", "-layout").split())


def facts(drawn: bytes, folder: Path) -> dict[str, str]:
    """Return what the document says of itself."""
    lines = _said(drawn, folder, "pdfinfo", stdout=False).splitlines()
    return {name: said.strip() for name, _colon, said in (line.partition(":") for line in lines)}


def smallest(drawn: bytes, folder: Path) -> float:
    """Return the height of the smallest type in points."""
    said = _said(drawn, folder, "pdftohtml", "-xml", "-stdout", "-i", "-zoom", "1", stdout=False)
    sizes = [part.split('size="')[1].split('"')[0] for part in said.split("<fontspec")[1:]]
    return min(float(size) for size in sizes)
