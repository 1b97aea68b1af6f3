"""What the pages load beside themselves: files of this package, under names that change with their contents."""

import hashlib
from pathlib import Path

from fastapi import Request, Response
from fastapi.responses import FileResponse

from app.errors import UnknownAddress

_FOLDER = Path(__file__).parent / "static"
_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
# Nothing under such a name ever changes, so a browser need not ask again for a year (RFC 8246).
_FOR_GOOD = {"Cache-Control": "public, max-age=31536000, immutable", "X-Content-Type-Options": "nosniff"}


def _hashed(file: Path) -> str:
    digest = hashlib.sha256(file.read_bytes()).hexdigest()[:10]
    return f"{file.stem}.{digest}{file.suffix}"


_NAMES = {file.name: _hashed(file) for file in sorted(_FOLDER.iterdir()) if file.suffix in _TYPES}
_FILES = {hashed: _FOLDER / name for name, hashed in _NAMES.items()}


def asset(name: str) -> str:
    """The path, without the proxy's prefix, of a file in static/; raises KeyError for one that is not there."""
    return f"/assets/{_NAMES[name]}"


def send(request: Request, name: str) -> Response:
    """A file by its hashed name; raises UnknownAddress."""
    file = _FILES.get(name)
    if file is None:
        raise UnknownAddress(404, method=request.method, path=request.url.path, allowed="")
    return FileResponse(file, media_type=_TYPES[file.suffix], headers=_FOR_GOOD)
