"""An Excel file to write into."""

from pathlib import Path
from typing import IO, Any

AS_TEXT = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
"""Nothing that a cell holds is ever evaluated."""


def workbook(out: Path | IO[bytes], **options: bool) -> Any:
    """Use it in a `with`. The first file loads the library: that would be a quarter of the pages' start."""
    import xlsxwriter

    return xlsxwriter.Workbook(str(out) if isinstance(out, Path) else out, {**AS_TEXT, **options})
