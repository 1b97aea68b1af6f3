"""Who is responsible until when, from an item's cells."""

import re
from dataclasses import dataclass, field

from app.documents.notes import read_notes, unit_names
from app.documents.tables.headings import Role
from app.documents.text import fold
from app.documents.values import Responsibility

_KEYED = re.compile(r"\s*(?:责任|牵头|主办|承办|配合|协办|落实|参与)[^：:，。；]{0,8}[：:]")
_LEADING = re.compile(r"(?:[（(](?:牵头|主办)(?:单位|部门)?[）)]|牵头|主办)$")
_NOTHING = re.compile(r"[-—–/／\\无]+")


@dataclass(slots=True)
class Duties:
    """What the cells of one item say, in their order."""

    leads: list[str] = field(default_factory=list)
    units: list[str] = field(default_factory=list)
    support: list[str] = field(default_factory=list)
    deadlines: list[str] = field(default_factory=list)

    def take(self, role: Role, words: str) -> None:
        """Take one cell's words. A dash stands for nothing."""
        if _NOTHING.fullmatch(words.strip()):
            return
        if role is Role.DEADLINE:
            _add(self.deadlines, ["".join(words.split("\n")).strip()])
        elif _KEYED.match(words):
            said = read_notes(
                "（" + "；".join(line for line in words.split("\n") if line.strip()) + "）", []
            ).responsibility
            _add(self.leads, [said.lead_unit] if said.lead_unit else [])
            _add(self.units, said.units)
            _add(self.deadlines, [said.deadline] if said.deadline else [])
        else:
            self._take_names(role, unit_names(_joined(words)))

    def _take_names(self, role: Role, names: list[str]) -> None:
        for name in names:
            plain = _LEADING.sub("", name).strip()
            if not plain:
                continue
            if role is Role.LEAD or plain != name:
                _add(self.leads, [plain])
                if role is not Role.LEAD:
                    _add(self.units, [plain])
            else:
                _add(self.units if role is Role.UNITS else self.support, [plain])

    def responsibility(self, noted: Responsibility) -> Responsibility:
        """What the cells say, and what the item's own notes say where the cells are empty.

        The units that lead come first, unless the responsible ones name them too; without them the first one leads.
        """
        own = [*self.units, *(name for name in self.support if name not in self.units)]
        units = [*(name for name in self.leads if name not in own), *own]
        deadline = "；".join(self.deadlines) or noted.deadline
        if not units:
            return Responsibility(noted.lead_unit, noted.units, deadline)
        return Responsibility(self.leads[0] if self.leads else units[0], tuple(units), deadline)


def _add(known: list[str], names: list[str] | tuple[str, ...]) -> None:
    known += [name for name in dict.fromkeys(names) if name and name not in known]


def _joined(words: str) -> str:
    """Names drawn apart to fill a line (财 政 局) joined again; a cell of such words has no other space."""
    pieces = re.split(r"[ \u3000\xa0]+", words.strip())
    return "".join(pieces) if len(pieces) > 1 and all(len(fold(piece)) == 1 for piece in pieces) else words
