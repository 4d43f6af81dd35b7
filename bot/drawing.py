"""A flow as a picture: its questions from top to bottom, and an arrow for each answer that leads elsewhere. SVG, light and dark."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import escape

from bot.checking.outline import Item, Outline, listed, mapping, targets

Say = Callable[[str, str], str]  # context, English → the text in the language of the picture

WIDTH, LEFT, GAP, LINE, PAD, LANE = 440, 24, 34, 20, 10, 26
COLUMNS = 54  # letters in a line of a box
STYLE = """
svg{background:#fff;color:#1a1d21}
svg{font:14px/1.3 system-ui,"Noto Sans","Noto Sans Khmer","Noto Sans Lao","Noto Sans Myanmar","Noto Sans Thai",sans-serif}
.box{fill:#f7f7f5;stroke:#c9cdd2}.end{fill:#e3f0ec;stroke:#1d5a4c}.say{stroke-dasharray:4 3}
text{fill:currentColor}.quiet{fill:#565d65;font-size:12px}.name{font-weight:700;font-size:12px}h1,.title{font-size:20px;font-weight:700}
path{fill:none;stroke:#1d5a4c;stroke-width:1.5}.jump{stroke:#8a4b00}.tip{fill:#1d5a4c;stroke:none}.jump-tip{fill:#8a4b00;stroke:none}
@media(prefers-color-scheme:dark){svg{background:#15181b;color:#e8e6e1}.box{fill:#1d2125;stroke:#3b4249}.end{fill:#12312a;stroke:#8fd3bf}
.quiet{fill:#a4abb3}path{stroke:#8fd3bf}.jump{stroke:#f2b35e}.tip{fill:#8fd3bf}.jump-tip{fill:#f2b35e}}
"""


@dataclass(frozen=True, slots=True)
class Box:
    """A step or an end: its lines (class, text) and where it stands."""

    id: str
    kind: str
    lines: tuple[tuple[str, str], ...]
    top: int

    @property
    def height(self) -> int:
        """In pixels."""
        return len(self.lines) * LINE + 2 * PAD

    @property
    def middle(self) -> int:
        """Where arrows leave and come in."""
        return self.top + self.height // 2


def draw(flow: Outline, say: Say, title: str) -> str:
    """The picture of a flow."""
    boxes = list(_boxes(flow, say))
    places = {box.id: box for box in boxes}
    leads = [(item.id, target) for item in flow.items for target in sorted(targets(item)) if target in places]
    jumps = [(source, target) for source, target in leads if not _follows(boxes, source, target)]
    lanes = _lanes(jumps, places)
    width = LEFT + WIDTH + (max(lanes.values(), default=-1) + 2) * LANE
    height = boxes[-1].top + boxes[-1].height + GAP
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img">',
        f"<title>{escape(title)}</title><style>{STYLE}</style>",
        f'<text class="title" x="{LEFT}" y="32">{escape(title)}</text>',
        *(_arrow(before, after) for before, after in zip(boxes, boxes[1:], strict=False) if _goes_on(flow, before.id, after.id)),
        *(_jump(places[source], places[target], LEFT + WIDTH + (lanes[(source, target)] + 1) * LANE) for source, target in jumps),
        *(_box(box) for box in boxes),
        "</svg>\n",
    ]
    return "\n".join(parts)


def _boxes(flow: Outline, say: Say) -> Iterator[Box]:
    top = 52
    for item in flow.items:
        box = Box(item.id, "say" if item.kind in ("say", "branch", "call") else "ask", tuple(_lines(item, say)), top)
        top += box.height + GAP
        yield box
    for end in flow.ends:
        texts = listed(mapping(flow.data.get("ends")).get(end))
        told = [say(f"{flow.id}.{end}", text) if isinstance(text, str) else f"({mapping(text).get('phrase')})" for text in texts]
        lines = [("name", f"end: {end}"), *(("", line) for text in told for line in wrap(text))]
        box = Box(end, "end", tuple(lines), top)
        top += box.height + GAP
        yield box


def _lines(item: Item, say: Say) -> Iterator[tuple[str, str]]:
    yield "name", f"{item.id} · {item.kind}" + (" · 0 skips" if item.raw.get("optional") else "")
    if "when" in item.raw:
        yield from (("quiet", line) for line in wrap(f"only where {item.raw['when']}"))
    yield from (("", line) for line in wrap(say(item.context, item.text)) if item.text)
    goto = mapping(item.raw.get("goto"))
    for number, (option, label) in enumerate(item.options.items(), 1):
        leads = f"  → {goto[option]}" if option in goto else ""
        yield "quiet", f"{number}  {say('option', label)}{leads}"
    for line in listed(item.raw.get("branch")):
        yield "quiet", f"where {mapping(line).get('when')}  → {mapping(line).get('goto')}"
    if item.kind == "call":
        yield "quiet", f"calls the flow {item.raw['call']}"
    outside = sorted({str(target) for target in goto.values() if "/" in str(target)})
    yield from (("quiet", f"leads into {target}") for target in outside)


def wrap(text: str) -> list[str]:
    """The text in lines that fit into a box; scripts without blanks are cut between letters, never before a mark."""
    lines, line, size = [], "", 0
    for char in text:
        wide = 0 if unicodedata.category(char) in ("Mn", "Me") else 2 if unicodedata.east_asian_width(char) in ("W", "F") else 1
        if size + wide > COLUMNS and wide and unicodedata.category(char) != "Mc":
            cut = line.rfind(" ")
            keep, line = (line[:cut], line[cut + 1 :]) if cut > COLUMNS // 2 else (line, "")
            lines.append(keep)
            size = len(line)
        line += char
        size += wide
    return [*lines, line] if line else lines


def _goes_on(flow: Outline, source: str, target: str) -> bool:
    return any(item.id == source and target in targets(item) for item in flow.items)


def _follows(boxes: list[Box], source: str, target: str) -> bool:
    names = [box.id for box in boxes]
    return names.index(target) == names.index(source) + 1


def _lanes(jumps: list[tuple[str, str]], places: dict[str, Box]) -> dict[tuple[str, str], int]:
    """A lane for each jump, so that no two run over one another; short ones lie inside."""
    taken: list[list[tuple[int, int]]] = []
    found: dict[tuple[str, str], int] = {}
    for jump in sorted(jumps, key=lambda jump: abs(places[jump[0]].middle - places[jump[1]].middle)):
        low, high = sorted((places[jump[0]].middle, places[jump[1]].middle))
        lane = next((at for at, spans in enumerate(taken) if all(high < a or low > b for a, b in spans)), len(taken))
        if lane == len(taken):
            taken.append([])
        taken[lane].append((low, high))
        found[jump] = lane
    return found


def _arrow(before: Box, after: Box) -> str:
    x, start, end = LEFT + WIDTH // 2, before.top + before.height, after.top
    return f'<path d="M{x} {start}V{end - 6}"/><path class="tip" d="M{x - 5} {end - 8}h10l-5 8z"/>'


def _jump(source: Box, target: Box, lane: int) -> str:
    right, start, end = LEFT + WIDTH, source.middle + 4, target.middle - 4
    line = f'<path class="jump" d="M{right} {start}H{lane - 8}Q{lane} {start} {lane} {start + (8 if end > start else -8)}'
    line += f'V{end - (8 if end > start else -8)}Q{lane} {end} {lane - 8} {end}H{right + 6}"/>'
    return f'{line}<path class="jump-tip" d="M{right + 8} {end - 5}v10l-8 -5z"/>'


def _box(box: Box) -> str:
    radius = 18 if box.kind == "end" else 6
    shape = f'<rect class="box {box.kind}" x="{LEFT}" y="{box.top}" width="{WIDTH}" height="{box.height}" rx="{radius}"/>'
    rows = [
        f'<text class="{kind}" x="{LEFT + PAD + 4}" y="{box.top + PAD + 15 + at * LINE}">{escape(text)}</text>'
        for at, (kind, text) in enumerate(box.lines)
    ]
    return "\n".join([shape, *rows])
