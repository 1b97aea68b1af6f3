"""Write the table of permissions into docs/access.md. Run it after a change of app/permissions.py."""

import sys
from pathlib import Path

if __name__ == "__main__":
    # Run as a script, Python looks for modules in this folder, not in the project's.
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from app.permissions import PERMISSIONS, Role, reach_of

FILE = Path(__file__).parents[2] / "docs" / "access.md"
BEGIN, END = "<!-- table of permissions -->\n", "<!-- end -->\n"


def table() -> str:
    """The table as Markdown: operations as rows, roles as columns, how far each reaches in the cells."""
    rows = ["| operation | " + " | ".join(f"`{role}`" for role in Role) + " |", "|---" * (len(Role) + 1) + "|"]
    for name in PERMISSIONS:
        cells = [reach_of(name, role).value.replace("nowhere", "–") for role in Role]
        rows.append(f"| `{name}` | " + " | ".join(cells) + " |")
    return "\n".join(rows) + "\n"


def written(paper: str) -> str:
    """The paper with the table as it is now."""
    before, rest = paper.split(BEGIN)
    return before + BEGIN + table() + END + rest.split(END)[1]


if __name__ == "__main__":
    FILE.write_text(written(FILE.read_text(encoding="utf-8")), encoding="utf-8")
