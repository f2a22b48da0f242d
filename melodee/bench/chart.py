"""Charts of a run or of several, as SVG that a README shows in light and dark alike.

pygal draws a panel for each group of calls; the panels are set side by side in one picture. Nothing in it moves or
asks for anything from elsewhere: GitHub shows pictures without scripts.
"""

import sys
from collections.abc import Iterable, Sequence
from typing import Any
from xml.etree import ElementTree as ET

import pygal  # pyright: ignore[reportMissingTypeStubs]
from pygal.style import Style  # pyright: ignore[reportMissingTypeStubs]

from melodee.bench.growth import Growth, Line, growth
from melodee.bench.report import headline
from melodee.bench.results import Results, Row

WIDTH = 1200
_COLUMNS = 2
_PANEL_WIDTH = WIDTH // _COLUMNS
_LINES_HEIGHT, _LEGEND_HEIGHT = 340, 22
_BAR_HEIGHT, _BARS_FRAME = 34, 120
_LEGENDS = 2
"""Names side by side below a panel."""

_TITLE_HEIGHT = 56

# On import pygal adds a hook for its plugins to Python's imports, of a kind that Python 3.12 has done away with.
sys.meta_path[:] = [finder for finder in sys.meta_path if type(finder).__module__ != "pygal"]

_SVG = "http://www.w3.org/2000/svg"

_COLOURS = (
    "#2f81f7", "#d97706", "#16a34a", "#dc2626", "#9333ea", "#0891b2", "#db2777", "#65a30d", "#8b7355", "#64748b",
)  # fmt: skip
"""Each is seen on white and on black."""

_STYLE = (
    "".join(f".color-{n} {{ stroke: {colour}; fill: {colour}; }}\n" for n, colour in enumerate(_COLOURS))
    + """
text { font-family: system-ui, -apple-system, "Segoe UI", Helvetica, Arial, sans-serif !important; }
.heading { font-size: 17px; font-weight: 600; }
.small { font-size: 13px; font-weight: 400; }
text { fill: #1f2328 !important; }
.panel .title { font-size: 15px !important; font-weight: 600; }
.panel .guide.line { stroke: #d1d9e0 !important; stroke-dasharray: none !important; }
.panel .axis .line { stroke: #d1d9e0 !important; }
.panel .background, .panel .plot_background { fill: none !important; }
.panel .reactive.line { stroke-width: 2px; }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3 !important; }
  .panel .guide.line, .panel .axis .line { stroke: #3d444d !important; }
}
"""
)

_LOOK = Style(
    background="transparent", plot_background="transparent", foreground="#1f2328", foreground_strong="#1f2328",
    foreground_subtle="#d1d9e0", opacity="1", opacity_hover="1", transition="0s", colors=_COLOURS, label_font_size=11,
    major_label_font_size=11, legend_font_size=12, title_font_size=15, value_font_size=11,
)  # fmt: skip


def draw(runs: Sequence[Results]) -> bytes:
    """The picture: of one run, bars of p50 and p99 by call; of several, p50 by songs in the library."""
    found = growth(runs)
    # Whoever asked for certain calls wants to see all of them.
    every = any(run.settings.only for run in runs)
    if len(runs) == 1:
        rows = [row for row in runs[0].rows if row.p50_ms is not None and (row.charted or every)]
        return _compose(headline(runs[0]), "ms to the whole answer; p50 and p99", _bars(rows))
    lines = [line for line in found.lines if line.charted or every]
    sizes = f"p50 in ms by songs in the library; both scales logarithmic; {found.runs[-1].name}"
    return _compose("How calls grow with the library", sizes, _curves(found, lines))


Panel = tuple[int, str]
"""Height in pixels, and the picture."""


def _bars(rows: Sequence[Row]) -> list[Panel]:
    scale = _scale(ms for row in rows for ms in (row.p50_ms, row.p99_ms) if ms)
    panels = list[Panel]()
    for group in _groups(row.group for row in rows):
        inside = [row for row in rows if row.group == group]
        height = _BARS_FRAME + _BAR_HEIGHT * len(inside)
        picture = _picture("HorizontalBar", group, height, scale)
        # The first stands lowest, and so does the first label.
        picture.x_labels = _without_common([row.call for row in reversed(inside)])
        picture.add("p50", [row.p50_ms for row in reversed(inside)])
        picture.add("p99", [row.p99_ms for row in reversed(inside)])
        panels.append((height, picture.render(is_unicode=True)))
    return panels


def _curves(found: Growth, lines: Sequence[Line]) -> list[Panel]:
    sizes = [run.library.songs for run in found.runs]
    scale = _scale(ms for line in lines for ms in line.p50_ms if ms)
    panels = list[Panel]()
    for group in _groups(line.group for line in lines):
        inside = [line for line in lines if line.group == group]
        # pygal leaves no room for a last row of names that is not full: it stands below the panel's own height.
        rows, more = divmod(len(inside), _LEGENDS)
        height = _LINES_HEIGHT + _LEGEND_HEIGHT * rows
        picture = _picture("XY", group, height, scale)
        picture.x_labels = [{"value": size, "label": _short(size)} for size in dict.fromkeys(sizes)]
        for line, name in zip(inside, _without_common([line.call for line in inside]), strict=True):
            picture.add(name, [(size, ms) for size, ms in zip(sizes, line.p50_ms, strict=True) if ms])
        panels.append((height + more * _LEGEND_HEIGHT, picture.render(is_unicode=True)))
    return panels


Scale = tuple[float, float]
"""All panels have one, so that they can be compared."""


def _scale(times: Iterable[float]) -> Scale:
    found = list(times) or [1.0]
    return min(found) * 0.8, max(found) * 1.1


def _picture(kind: str, title: str, height: int, scale: Scale) -> Any:
    """An empty panel."""
    made = getattr(pygal, kind)(
        style=_LOOK, js=[], width=_PANEL_WIDTH, height=height, title=title, logarithmic=True, truncate_legend=-1,
        truncate_label=-1, legend_at_bottom=True, legend_at_bottom_columns=_LEGENDS, legend_box_size=10, dots_size=3,
        range=scale, zero=scale[0], margin=14, spacing=6, show_y_guides=True,
        no_prefix=True,
    )  # fmt: skip
    marks = [digit * 10.0**power for power in range(-3, 6) for digit in (1, 2, 5)]
    made.y_labels = [{"value": ms, "label": f"{ms:g}"} for ms in marks if scale[0] <= ms <= scale[1]]
    return made


def _groups(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(names))


def _without_common(names: Sequence[str]) -> list[str]:
    """Without the words at the beginning and the end that all have: the panel's title says them."""
    words = [name.split(" ") for name in names]
    least = min(map(len, words))
    before = next((place for place in range(least) if len({name[place] for name in words}) > 1), 0)
    after = next((place for place in range(least - before) if len({name[-1 - place] for name in words}) > 1), 0)
    return [" ".join(name[before : len(name) - after]).rstrip(",") for name in words]


def _short(songs: int) -> str:
    """`200k`, `10M`."""
    for unit, size in (("M", 1_000_000), ("k", 1000)):
        if songs >= size:
            return f"{songs / size:.3g}{unit}"
    return str(songs)


def _compose(title: str, subtitle: str, panels: Sequence[Panel]) -> bytes:
    """Panels in columns, the next one always where most room is."""
    ET.register_namespace("", _SVG)
    picture = ET.Element(f"{{{_SVG}}}svg")
    ET.SubElement(picture, f"{{{_SVG}}}style").text = _STYLE
    for y, look, text in ((24, "heading", title), (44, "heading small", subtitle)):
        ET.SubElement(picture, f"{{{_SVG}}}text", {"x": "14", "y": str(y), "class": look}).text = text
    ends = [_TITLE_HEIGHT] * _COLUMNS
    for height, drawn in panels:
        column = ends.index(min(ends))
        inner = _tidy(ET.fromstring(drawn), first=drawn is panels[0][1])  # noqa: S314 - it was written here
        inner.attrib |= {"x": str(column * _PANEL_WIDTH), "y": str(ends[column]), "class": "panel"}
        inner.attrib |= {
            "width": str(_PANEL_WIDTH),
            "height": inner.attrib["viewBox"].split()[3],
            "overflow": "visible",
        }
        picture.append(inner)
        ends[column] += height
    picture.attrib |= {"viewBox": f"0 0 {WIDTH} {max(ends)}", "width": str(WIDTH), "height": str(max(ends))}
    return ET.tostring(picture, encoding="utf-8") + b"\n"


def _tidy(panel: ET.Element, *, first: bool) -> ET.Element:
    """Without what only a script would show, and without the rules that an earlier panel has brought: most of it."""
    for parent in list(panel.iter()):
        for child in list(parent):
            if (
                child.tag in (f"{{{_SVG}}}desc", f"{{{_SVG}}}script")
                or child.get("class") in ("tooltip-overlay", "text-overlay", "tooltip")
                or (child.tag == f"{{{_SVG}}}defs" and not first)
            ):
                parent.remove(child)
    return panel
