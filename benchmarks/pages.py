"""Pages: replace the part of a page that a script makes, and keep the rest."""

from pathlib import Path


def write_part(page: Path, script: str, text: str) -> None:
    """Write `text` between the comments that mark the part of `script`; append it where the page has no such part."""
    begin, end = f"<!-- begin: {script} -->", f"<!-- end: {script} -->"
    known = page.read_text() if page.exists() else ""
    before, _, rest = known.partition(begin)
    after = rest.partition(end)[2] or "\n"
    page.write_text(f"{before.rstrip()}\n\n{begin}\n\n{text.strip()}\n\n{end}{after}".lstrip())
