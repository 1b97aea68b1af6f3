"""Works on spreadsheets in LibreOffice, as an official would: a macro of its own, run without a window."""

import subprocess
from pathlib import Path

_MODULE = """<?xml version="1.0" encoding="UTF-8"?>
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Edit" script:language="StarBasic">
Sub Main(origin As String, target As String)
  Dim hidden(0) As New com.sun.star.beans.PropertyValue
  hidden(0).Name = "Hidden"
  hidden(0).Value = True
  book = StarDesktop.loadComponentFromURL(origin, "_blank", 0, hidden())
  sheet = book.Sheets.getByName("任务分解表")
  {steps}
  Dim form(0) As New com.sun.star.beans.PropertyValue
  form(0).Name = "FilterName"
  form(0).Value = "Calc MS Excel 2007 XML"
  book.storeToURL(target, form())
  book.close(True)
End Sub
</script:module>
"""
_LIBRARY = """<?xml version="1.0" encoding="UTF-8"?>
<library:library xmlns:library="http://openoffice.org/2000/library" library:name="Standard" library:readonly="false"
 library:passwordprotected="false"><library:element library:name="Edit"/></library:library>
"""


def edited(soffice: str, profile: Path, origin: Path, target: Path, steps: list[str]) -> None:
    """Open a breakdown, do some steps of Basic on its `sheet`, and save it under another name."""
    command = [soffice, "--headless", "--norestore", f"-env:UserInstallation={profile.as_uri()}"]
    if not (profile / "user/basic").exists():
        # The first start makes the profile, and would overwrite the macro.
        subprocess.run([*command, "--terminate_after_init"], check=True, capture_output=True, timeout=120)
    basic = profile / "user/basic/Standard"
    basic.mkdir(parents=True, exist_ok=True)
    (basic / "Edit.xba").write_text(_MODULE.format(steps="\n  ".join(steps)), encoding="utf-8")
    (basic / "script.xlb").write_text(_LIBRARY, encoding="utf-8")
    macro = f'macro:///Standard.Edit.Main("{origin.as_uri()}","{target.as_uri()}")'
    subprocess.run([*command, macro], check=True, capture_output=True, timeout=120)
