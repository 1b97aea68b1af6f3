"""Pictures drawn by the server, as SVG: geometry in attributes, looks in the style sheet (the pages allow no style=)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from markupsafe import Markup, escape

from app.console.text import seen


def stack(parts: Sequence[tuple[str, int]], *, width: int = 100, height: int = 6) -> Markup:
    """A bar of parts side by side: (class, share). Decoration beside figures, so hidden from screen readers."""
    whole = sum(count for _, count in parts)
    if not whole:
        return Markup()
    pieces, at = [], 0.0
    for kind, count in parts:
        if count:
            wide = width * count / whole
            pieces.append(
                Markup('<rect class="f-{}" x="{}" width="{}" height="{}"/>').format(kind, _n(at), _n(wide), height)
            )
            at += wide
    return _svg(
        f'class="stack" viewBox="0 0 {width} {height}" width="{width}" height="{height}" preserveAspectRatio="none" '
        'aria-hidden="true"',
        pieces,
    )


@dataclass(frozen=True, slots=True)
class Node:
    """A box of a Sankey diagram: its key, what is written beside it, and what is shown of it when pointed at."""

    key: str
    label: str
    title: str


@dataclass(frozen=True, slots=True)
class Group:
    """Boxes of the right side under one name."""

    name: str
    nodes: Sequence[Node]


@dataclass(frozen=True, slots=True)
class Band:
    """A band from a left to a right box."""

    left: str
    right: str
    weight: int
    kind: str


@dataclass
class _Side:
    """Where the boxes of one side stand, and how far each has been filled with bands."""

    tops: dict[str, float] = field(default_factory=dict)
    heights: dict[str, float] = field(default_factory=dict)
    filled: dict[str, float] = field(default_factory=dict)

    def take(self, key: str, high: float) -> float:
        at = self.tops[key] + self.filled.get(key, 0.0)
        self.filled[key] = self.filled.get(key, 0.0) + high
        return at


# In units of the drawing. A box without bands keeps a trace of itself; a name needs a line.
_WIDTH, _BOX, _LABEL, _LEFT_GAP, _RIGHT_GAP, _NAME, _LEAST, _READABLE = 290, 6, 20, 4.0, 1.5, 20.0, 2.0, 8.5


def sankey(left: Sequence[Node], right: Sequence[Group], bands: Sequence[Band], *, height: int, label: str) -> Markup:
    """Items on the left, groups of items on the right, bands as wide as their weights; bands in the order given."""
    nodes = [node for group in right for node in group.nodes]
    room = min(
        height - _LEFT_GAP * len(left) - _LEAST * len(left),
        height - (_RIGHT_GAP + _LEAST) * len(nodes) - _NAME * len(right),
    )
    unit = max(room, height / 3) / max(1, sum(band.weight for band in bands))
    weights: dict[tuple[str, str], float] = {}
    for band in bands:
        for end in (("l", band.left), ("r", band.right)):
            weights[end] = weights.get(end, 0.0) + band.weight * unit
    one, low = _placed(left, "l", weights, 0.0, _LEFT_GAP)
    other, names, at = _Side(), [], 0.0
    for group in right:
        names.append(
            Markup('<text class="sk-city" x="{}" y="{}">{}</text>').format(
                _WIDTH - _LABEL, _n(at + 14), seen(group.name)
            )
        )
        side, at = _placed(group.nodes, "r", weights, at + _NAME, _RIGHT_GAP)
        other.tops |= side.tops
        other.heights |= side.heights
    parts = [
        *(_band(band, one, other, band.weight * unit) for band in bands),
        *(_box(node, one, _LABEL, _LABEL - 4, "end", "u") for node in left),
        *(_box(node, other, _WIDTH - _LABEL - _BOX, _WIDTH - _LABEL + 4, "start", "l") for node in nodes),
        *names,
    ]
    frame = f'class="sankey" viewBox="0 0 {_WIDTH} {_n(max(low, at))}" role="img" aria-label="{_text(label)}"'
    return _svg(frame, parts)


def _placed(
    nodes: Sequence[Node], which: str, weights: Mapping[tuple[str, str], float], at: float, gap: float
) -> tuple[_Side, float]:
    side = _Side()
    for node in nodes:
        side.tops[node.key] = at
        side.heights[node.key] = high = max(_LEAST, weights.get((which, node.key), 0.0))
        at += high + gap
    return side, at


def _band(band: Band, one: _Side, other: _Side, high: float) -> str:
    x0, x1 = _LABEL + _BOX, _WIDTH - _LABEL - _BOX
    middle, y0, y1 = (x0 + x1) // 2, one.take(band.left, high), other.take(band.right, high)
    path = (
        f"M{x0} {_n(y0)}C{middle} {_n(y0)} {middle} {_n(y1)} {x1} {_n(y1)}v{_n(high)}"
        f"C{middle} {_n(y1 + high)} {middle} {_n(y0 + high)} {x0} {_n(y0 + high)}z"
    )
    return f'<path class="{band.kind}" data-u="{_text(band.left)}" data-l="{_text(band.right)}" d="{path}"/>'


def _box(node: Node, side: _Side, x: int, text_x: int, anchor: str, which: str) -> str:
    top, high = side.tops[node.key], side.heights[node.key]
    box = (
        f'<rect x="{x}" y="{_n(top)}" width="{_BOX}" height="{_n(high)}" data-{which}="{_text(node.key)}">'
        f"<title>{_text(node.title)}</title></rect>"
    )
    if high < _READABLE:
        return box
    return f'{box}<text x="{text_x}" y="{_n(top + high / 2 + 3.5)}" text-anchor="{anchor}">{_text(node.label)}</text>'


def _svg(frame: str, parts: Sequence[str]) -> Markup:
    """A drawing out of its parts, in which whoever made them has escaped every text."""
    return Markup(f"<svg {frame}>{''.join(parts)}</svg>")  # noqa: S704 - Markup.format takes most of a page's time


def _text(text: str) -> str:
    return str(escape(seen(text)))


def _n(number: float) -> str:
    """A coordinate, as short as it can be said.

    >>> _n(3.04), _n(12.25)
    ('3', '12.2')
    """
    return f"{number:.1f}".removesuffix(".0")
