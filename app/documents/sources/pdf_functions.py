"""PDFium's functions on single characters, called with addresses instead of typed pointers.

They are called some ten times a line: this halves their cost, which would otherwise be a third of the reading. Each takes
less than a microsecond, so they keep Python's lock.
"""

import ctypes
from typing import Any

import pypdfium2.raw as pdfium

_HANDLE = ctypes.c_void_p
_INDEX = ctypes.c_int


def address(handle: Any) -> int:  # noqa: ANN401
    """The address that one of the library's handles holds."""
    return ctypes.cast(handle, ctypes.c_void_p).value or 0


def _plain(function: Any, result: Any, *arguments: Any) -> Any:  # noqa: ANN401  ctypes has no types for these
    return ctypes.PYFUNCTYPE(result, *arguments)(address(function))


char_origin = _plain(pdfium.FPDFText_GetCharOrigin, ctypes.c_int, _HANDLE, _INDEX, _HANDLE, _HANDLE)
char_box = _plain(pdfium.FPDFText_GetLooseCharBox, ctypes.c_int, _HANDLE, _INDEX, _HANDLE)
char_matrix = _plain(pdfium.FPDFText_GetMatrix, ctypes.c_int, _HANDLE, _INDEX, _HANDLE)
font_size = _plain(pdfium.FPDFText_GetFontSize, ctypes.c_double, _HANDLE, _INDEX)
is_generated = _plain(pdfium.FPDFText_IsGenerated, ctypes.c_int, _HANDLE, _INDEX)
text_object = _plain(pdfium.FPDFText_GetTextObject, ctypes.c_void_p, _HANDLE, _INDEX)
object_font = _plain(pdfium.FPDFTextObj_GetFont, ctypes.c_void_p, _HANDLE)
render_mode = _plain(pdfium.FPDFTextObj_GetTextRenderMode, ctypes.c_int, _HANDLE)
font_name = _plain(pdfium.FPDFFont_GetBaseFontName, ctypes.c_size_t, _HANDLE, ctypes.c_char_p, ctypes.c_size_t)
font_weight = _plain(pdfium.FPDFFont_GetWeight, ctypes.c_int, _HANDLE)
