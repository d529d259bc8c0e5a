"""A file piece by piece, as a player asks for it: HTTP ranges (RFC 9110), a bounded part in memory."""

import re
from collections.abc import Iterator
from pathlib import Path

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

CHUNK = 256 * 1024
ONE_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


def span(header: str, size: int) -> tuple[int, int] | None:
    """First and last byte of a single range, None for the whole file. Raises ValueError beyond its end.

    What is no single range is ignored, as the standard allows.
    """
    found = ONE_RANGE.fullmatch(header.strip())
    if found is None or found.group(1) == found.group(2) == "":
        return None
    if found.group(1) == "":
        first, last = max(size - int(found.group(2)), 0), size - 1
    else:
        first = int(found.group(1))
        last = min(int(found.group(2)), size - 1) if found.group(2) else size - 1
    if first > last:
        raise ValueError(f"no byte {first} in {size}")
    return first, last


def ranged(request: HttpRequest, path: Path, media_type: str) -> HttpResponseBase:
    """The file, or the part that was asked for; never kept by a cache. Raises FileNotFoundError."""
    size = path.stat().st_size
    try:
        part = span(request.headers.get("Range", ""), size)
    except ValueError:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    first, last = part or (0, size - 1)
    response = StreamingHttpResponse(_pieces(path, first, last), status=206 if part else 200)
    response["Content-Type"] = media_type
    response["Content-Length"] = str(last - first + 1)
    response["Accept-Ranges"] = "bytes"
    response["Cache-Control"] = "no-store, private"
    if part:
        response["Content-Range"] = f"bytes {first}-{last}/{size}"
    return response


def _pieces(path: Path, first: int, last: int) -> Iterator[bytes]:
    with path.open("rb") as file:
        file.seek(first)
        left = last - first + 1
        while left > 0 and (piece := file.read(min(CHUNK, left))):
            left -= len(piece)
            yield piece
