"""PDF files put together object by object, for what no office program writes."""

import hashlib
from collections.abc import Sequence

_PADDING = bytes.fromhex("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A")  # PDF 1.7, algorithm 2
_FILE_ID = b"0123456789abcdef"
_ALLOWED = -4  # permissions: everything

PICTURE = b"q 500 0 0 700 50 50 cm /P Do Q"  # a page's content that draws the picture, as a scan does
_PIXEL = b"<</Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8/Length 1>>stream\n\x80\nendstream"


def words(*lines: str, size: int = 12) -> bytes:
    """A page's content: lines of Latin text from the top down."""
    shown = " ".join(f"({line}) Tj 0 -{size * 2} Td" for line in lines)
    return f"BT /F {size} Tf 72 760 Td {shown} ET".encode()


def raw_pdf(pages: Sequence[bytes], password: str | None = None, font: bytes | None = None) -> bytes:
    """A PDF with a page for each content stream. `password`: asked for at opening; empty for one that only the owner has.

    `font`: the font object instead of Helvetica.
    """
    key, encrypt = _encryption(password) if password is not None else (b"", b"")
    bodies = [b"<</Type/Catalog/Pages 2 0 R>>", b"", font or b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>", b""]
    bodies[3] = _stream(_PIXEL, key, 4) if key else _PIXEL
    kids = []
    for content in pages:
        number = len(bodies) + 1
        kids.append(b"%d 0 R" % number)
        bodies.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents %d 0 R"
            b"/Resources<</Font<</F 3 0 R>>/XObject<</P 4 0 R>>>>>>" % (number + 1)
        )
        data = _rc4(_object_key(key, number + 1), content) if key else content
        bodies.append(b"<</Length %d>>stream\n%s\nendstream" % (len(data), data))
    bodies[1] = b"<</Type/Pages/Count %d/Kids[%s]>>" % (len(kids), b" ".join(kids))
    return _file(bodies, encrypt)


def _file(bodies: list[bytes], encrypt: bytes) -> bytes:
    out = bytearray(b"%PDF-1.4\n")
    places = []
    for number, body in enumerate([*bodies, *([encrypt] if encrypt else [])], start=1):
        places.append(len(out))
        out += b"%d 0 obj%s endobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    more = b"/Encrypt %d 0 R/ID[<%s><%s>]" % (len(places), _FILE_ID.hex().encode(), _FILE_ID.hex().encode())
    out += b"trailer<</Root 1 0 R/Size %d%s>>\nstartxref\n%d\n%%%%EOF" % (
        len(places) + 1,
        more if encrypt else b"",
        start,
    )
    return bytes(out)


def _stream(body: bytes, key: bytes, number: int) -> bytes:
    head, data = body.split(b"stream\n", 1)
    data = data.removesuffix(b"\nendstream")
    return head + b"stream\n" + _rc4(_object_key(key, number), data) + b"\nendstream"


def _encryption(password: str) -> tuple[bytes, bytes]:
    """The file's key and its encryption dictionary: 40 bits, the oldest handler (PDF 1.7, 7.6.3)."""
    user = (password.encode() + _PADDING)[:32]
    owner = _rc4(hashlib.md5(b"owner".ljust(5) + _PADDING[:27]).digest()[:5], user)  # noqa: S324  as the format has it
    permissions = (_ALLOWED & 0xFFFFFFFF).to_bytes(4, "little")
    key = hashlib.md5(user + owner + permissions + _FILE_ID).digest()[:5]  # noqa: S324
    check = _rc4(key, _PADDING)
    entry = b"<</Filter/Standard/V 1/R 2/O<%s>/U<%s>/P %d>>"
    return key, entry % (owner.hex().encode(), check.hex().encode(), _ALLOWED)


def _object_key(key: bytes, number: int) -> bytes:
    return hashlib.md5(key + number.to_bytes(3, "little") + b"\0\0").digest()[:10]  # noqa: S324


def _rc4(key: bytes, data: bytes) -> bytes:
    state = list(range(256))
    j = 0
    for i in range(256):
        j = (j + state[i] + key[i % len(key)]) % 256
        state[i], state[j] = state[j], state[i]
    out = bytearray()
    i = j = 0
    for byte in data:
        i = (i + 1) % 256
        j = (j + state[i]) % 256
        state[i], state[j] = state[j], state[i]
        out.append(byte ^ state[(state[i] + state[j]) % 256])
    return bytes(out)
