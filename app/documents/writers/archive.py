"""Office files are archives; a steady one has the same bytes whenever it is made."""

import io
import zipfile

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time that an archive can hold


def steady(data: bytes) -> bytes:
    """The archive with its entries in order and without the time of its making."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, old.read(name))
    return out.getvalue()
