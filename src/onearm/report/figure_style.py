"""How every figure looks and how it becomes SVG and PDF bytes that never differ between two runs."""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from markupsafe import escape

from onearm.report.say import say

if TYPE_CHECKING:
    from matplotlib.figure import Figure

INK, MUTED, RULE, FACE = "#1e2a35", "#5a6773", "#cdd4da", "#fffffe"
RESPONSE_COLOUR: Mapping[str, str] = {
    "CR": "#0e6a52",
    "PR": "#2c7bb6",
    "SD": "#b07a10",
    "NON-CR/NON-PD": "#7b62a9",
    "NED": "#7b62aa",
    "PD": "#b3394a",
    "NE": "#7b8793",
    "MISSING": "#7b8794",
}
COMPONENT_COLOURS = ("#4d7c99", "#9bbccd", "#b7a3c6", "#c9b18c", "#8fae8f")
CURVE_COLOURS = ("#14617f", "#a8552a")
EVENT = "#1e2a36"

_VARIABLES = {
    INK: "ink", MUTED: "muted", RULE: "rule", FACE: "face", EVENT: "event",
    **{RESPONSE_COLOUR[name]: f"r-{name.lower().replace('/', '-')}" for name in RESPONSE_COLOUR},
    **{colour: f"c{i + 1}" for i, colour in enumerate(COMPONENT_COLOURS)},
    **{colour: f"k{i + 1}" for i, colour in enumerate(CURVE_COLOURS)},
}  # fmt: skip

_RC: dict[Any, Any] = {
    "text.parse_math": False,
    "svg.fonttype": "none",
    "pdf.fonttype": 3,
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 8.0,
    "axes.edgecolor": RULE,
    "axes.labelcolor": MUTED,
    "axes.linewidth": 0.8,
    "axes.facecolor": "none",
    "figure.facecolor": FACE,
    "text.color": INK,
    "xtick.color": RULE,
    "ytick.color": RULE,
    "xtick.labelcolor": MUTED,
    "ytick.labelcolor": MUTED,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "legend.frameon": False,
    "legend.fontsize": 8.0,
    "path.simplify": False,
}
_SYSTEM_FONTS = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"


class Drawing(NamedTuple):
    """One figure in both forms."""

    svg: str
    pdf: bytes


@contextmanager
def figure_style(name: str) -> Iterator[None]:
    """The settings under which a figure is made; ``name`` salts the ids inside its SVG."""
    import matplotlib

    with matplotlib.rc_context({**_RC, "svg.hashsalt": f"onearm-{name}"}):
        yield


def new_figure(width: float, height: float) -> Figure:
    """An empty figure of a size in inches."""
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height))


def finish_figure(
    figure: Figure, name: str, title: str, *, simulated: bool, spoken: Mapping[str, str] | None = None
) -> Drawing:
    """The figure as SVG text and PDF bytes without dates; marked SIMULATED in picture, text and metadata where it is.

    ``spoken`` says, for each patient key used in a gid ``pt:KEY``, what a reader hears and sees on hovering.
    """
    mark = say("mark.simulated")
    if simulated:
        figure.text(0.995, 0.99, mark, ha="right", va="top", color=RESPONSE_COLOUR["PD"], weight="bold", size=8)
    shown = f"{mark}: {title}" if simulated else title
    svg_out, pdf_out = io.BytesIO(), io.BytesIO()
    about: dict[str, str | None] = {"Title": shown, "Keywords": mark if simulated else None}
    figure.savefig(svg_out, format="svg", metadata={**about, "Date": None, "Creator": "onearm"})
    figure.savefig(pdf_out, format="pdf", metadata={**about, "CreationDate": None})
    return Drawing(_tidy(svg_out.getvalue().decode(), name, shown, spoken or {}), pdf_out.getvalue())


def _tidy(svg: str, name: str, title: str, spoken: Mapping[str, str]) -> str:
    """System fonts, ids that cannot clash, patient hooks, and a title that is read aloud."""
    svg = re.sub(r"font-family: [^;\"]*", f"font-family: {_SYSTEM_FONTS}", svg)
    svg = re.sub(r"(font: [^;\"]*?px) [^;\"]*", rf"\1 {_SYSTEM_FONTS}", svg)
    svg = svg.replace('<style type="text/css">*{', '<style type="text/css">.onearm-figure *{')
    svg = svg.replace("<svg ", f'<svg class="onearm-figure" role="group" aria-label="{escape(title)}" ', 1)
    svg = re.sub(r"\n\s*", "\n", svg)
    svg = re.sub(r"(?<=[\dMLQCz])\s*\n(?=[\dMLQCz-])", " ", svg)
    seen: set[str] = set()

    def hook(match: re.Match[str]) -> str:
        key = match[1]
        words = escape(spoken.get(key, key))
        focus = "" if key in seen else f' tabindex="0" role="img" aria-label="{words}"'
        seen.add(key)
        return f'<g class="pt" data-subject="{key}"{focus}><title>{words}</title>'

    svg = re.sub(r'<g id="pt:([^"]+)">', hook, svg)
    svg = re.sub(r'(id="|#)([mpCh][0-9a-f]{10}|[A-Z]\w*?_\d+_[0-9a-f]+)(?=[")])', rf"\1{name}-\2", svg)
    return re.sub(rf' id="(?!{name}-)[^"]*"', "", svg)


def inline_svg(svg: str, name: str) -> str:
    """The drawing ``name`` for use inside a page: no prologue or metadata, colours as variables that follow the theme,
    each look written once.
    """
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>\s*", "", svg, flags=re.DOTALL)
    svg = re.sub(r'(<svg [^>]*?) width="[^"]*" height="[^"]*"', r"\1", svg, count=1)
    for colour, variable in _VARIABLES.items():
        svg = svg.replace(colour, f"var(--fig-{variable})")
    return _name_looks(svg, name)


_LOOK = re.compile(r'(?: clip-path="(url\(#[^"]*\))")? style="([^"]*)"')


def _name_looks(svg: str, name: str) -> str:
    """The same drawing, smaller: looks that several parts share become classes, and paths keep a hundredth of a point.

    A page holds a dozen drawings, half of whose bytes were the same few looks again and again.
    """
    counted = Counter(found[0] for found in _LOOK.finditer(svg))
    classes = {look: f"{name}-{at}" for at, (look, n) in enumerate(counted.most_common()) if n > 1}
    rules = []
    for look, label in classes.items():
        found = _LOOK.fullmatch(look)
        assert found is not None
        clip = f";clip-path:{found[1]}" if found[1] else ""
        rules.append(f".onearm-figure .{label}{{{found[2]}{clip}}}")
    svg = _LOOK.sub(lambda found: f' class="{classes[found[0]]}"' if found[0] in classes else found[0], svg)
    svg = re.sub(r' (?:d|x|y)="[^"]*"', lambda path: re.sub(r"(\.\d\d)\d+", r"\1", path[0]), svg)
    return re.sub(r"<svg [^>]*>", lambda head: f"{head[0]}<style>{''.join(rules)}</style>", svg, count=1)
