"""ZIP archives (DOCX, XLSX) from outside: nothing is unpacked before its size is known, and nothing to the disk.

A part's name is only ever a key: no path is made of it.
"""

import io
import struct
import zipfile

from app.documents.sources import errors
from app.documents.sources.limits import Limits

_END = b"PK\x05\x06"
_LOCATOR = b"PK\x06\x07"
_LOCATOR_SIZE = 20
_END_SIZE = 22  # bytes of the end record, without its comment
_LONGEST_COMMENT = 65_535
_MOST_DIRECTORY = 1024 * 1024  # bytes of the table of contents; a document of 300 pictures has 30,000
_MOST_ENTRIES = 5_000
_HEADER_SIZE = 30  # bytes before the name in each entry
# Beyond this, what is packed is nothing but repetition. Repetitive tables reach 100 (of a deflate maximum of 1,032).
_MOST_RATIO = 250
_RATIO_FROM = 1024 * 1024  # bytes unpacked; below this the ratio says nothing


class Archive:
    """A checked archive. Its parts are read whole, and together never give more than `limits.unpacked` bytes.

    Raises DocumentError: `damaged`, `too_large`, `encrypted`.
    """

    def __init__(self, data: bytes, limits: Limits, name: str) -> None:
        self.name = name
        _check_directory(data, name)
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, NotImplementedError, ValueError, struct.error, EOFError, OSError) as error:
            raise errors.damaged(name) from error
        self._check_entries(limits)

    def names(self) -> frozenset[str]:
        """The names of all parts, as they stand in the archive."""
        return frozenset(self._zip.namelist())

    def read(self, part: str) -> bytes | None:
        """A part's bytes; None where there is no such part. Raises DocumentError `damaged`."""
        try:
            # ZipFile never gives more than the size that the entry declares, and that has been counted.
            return self._zip.read(part)
        except KeyError:
            return None
        # zlib.error, BadZipFile, EOFError, struct.error and whatever else a changed bit leads to.
        except Exception as error:
            raise errors.damaged(self.name) from error

    def _check_entries(self, limits: Limits) -> None:
        entries = self._zip.infolist()
        if len(entries) > _MOST_ENTRIES:
            raise errors.too_large(
                f"压缩包内有 {len(entries)} 个部件，最多 {_MOST_ENTRIES} 个",
                f"it packs {len(entries):,} parts, at most {_MOST_ENTRIES:,} are read",
            )
        total = 0
        for entry in entries:
            if entry.flag_bits & 0x1:
                raise errors.encrypted(self.name)
            if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise errors.damaged(
                    self.name, "压缩方法不是 Word、WPS 所用的", "packed in a way no office program uses"
                )
            total += entry.file_size
            packed = max(entry.compress_size, 1)
            if total > limits.unpacked or (entry.file_size > _RATIO_FROM and entry.file_size > packed * _MOST_RATIO):
                most = limits.unpacked // (1024 * 1024)
                raise errors.too_large(
                    f"解压后超过 {most} MB，或压缩比异常", f"unpacked it exceeds {most} MB, or is packed beyond measure"
                )
        self._check_overlap(entries)

    def _check_overlap(self, entries: list[zipfile.ZipInfo]) -> None:
        """Entries that share their packed bytes unpack to many times what was counted for one."""
        end = 0
        for entry in sorted(entries, key=lambda e: e.header_offset):
            if entry.header_offset < end:
                raise errors.damaged(self.name, "压缩包内部件重叠", "its packed parts overlap")
            end = entry.header_offset + _HEADER_SIZE + entry.compress_size
        if len({entry.filename for entry in entries}) < len(entries):
            raise errors.damaged(self.name, "压缩包内部件重名", "two packed parts bear one name")


def _check_directory(data: bytes, name: str) -> None:
    """Look at the end record before anything is made of the table of contents, which could fill the memory."""
    place = data.rfind(_END, max(0, len(data) - _END_SIZE - _LONGEST_COMMENT))
    if place < 0 or place + _END_SIZE > len(data):
        raise errors.damaged(name)
    size = int(struct.unpack_from("<I", data, place + 12)[0])
    # ZIP64 gives the size elsewhere, and only files of gigabytes need it.
    large = data[max(0, place - _LOCATOR_SIZE) : place].startswith(_LOCATOR)
    if large or size > _MOST_DIRECTORY:
        raise errors.too_large("压缩包的目录过大", "the table of contents of the archive is too large")
