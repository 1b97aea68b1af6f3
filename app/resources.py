"""Where the files that come with Luoshi lie: beside the code in a checkout, inside the package once installed."""

from pathlib import Path

_PACKAGE = Path(__file__).parent


def bundled(name: str) -> Path:
    """The folder `migrations` or `seeds`, in a checkout or in an installed wheel.

    Raises FileNotFoundError if neither holds it.
    """
    for candidate in (_PACKAGE / "bundled" / name, _PACKAGE.parent / name):
        if candidate.is_dir():
            return candidate
    raise FileNotFoundError(f"Luoshi is not completely installed: the folder {name!r} is missing beside {_PACKAGE}")
