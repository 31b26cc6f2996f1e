"""``onearm design plot``: figures of a given rule, or of the designs that two rates and two errors lead to."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from onearm.cli.design_inputs import or_usage_error
from onearm.cli.options import json_option
from onearm.cli.output import emit_json
from onearm.errors import UsageError

if TYPE_CHECKING:
    from onearm.report.figure_style import Drawing
    from onearm.report.figures_design import Limits

BEYOND_OPTIMAL = 5
"""Sizes above the optimal design's that the trade-off still shows."""
_RULE, _SETTING = ("n1", "r1", "n", "r"), ("p0", "p1", "alpha", "power")


@click.command(
    "plot",
    epilog="""\b
Examples:
  onearm design plot --p0 .2 --p1 .4 --alpha .05 --power .8 --out figures
  onearm design plot --n1 27 --r1 8 --n 36 --r 15 --e1 14 --p0 .3 --p1 .5 --out figures""",
)
@click.option("--n1", type=int, help="Patients of stage one.")
@click.option("--r1", type=int, help="Stop after stage one if responses are r1 or fewer.")
@click.option("--n", type=int, help="Patients of both stages.")
@click.option("--r", type=int, help="Success if more than r of all respond.")
@click.option("--e1", type=int, help="Stop after stage one with success if e1 or more respond.")
@click.option("--p0", type=float, help="Response rate not worth pursuing.")
@click.option("--p1", type=float, help="Response rate worth pursuing.")
@click.option("--alpha", type=float, help="Limit of the type I error.")
@click.option("--power", type=float, help="Power wanted.")
@click.option("--efficacy-stop", is_flag=True, help="Search rules that may also stop early with success.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), required=True, help="Folder for the figures.")
@json_option
def plot_command(as_json: bool, out: Path, efficacy_stop: bool, e1: int | None, **given: Any) -> None:
    """Draw a given rule (--n1 --r1 --n --r), or find designs (--p0 --p1 --alpha --power) and draw those.

    Writes design-region, design-power and, where designs were found, design-trade-off, each as SVG and PDF.
    """
    rule = [given[name] for name in _RULE]
    _refuse_idle(e1, efficacy_stop, given, is_rule=all(value is not None for value in rule))
    drawings = _draw_given(e1, **given) if all(v is not None for v in rule) else _draw_found(efficacy_stop, **given)
    out.mkdir(parents=True, exist_ok=True)
    files = []
    for name, drawing in drawings.items():
        for suffix, content in (("svg", drawing.svg.encode()), ("pdf", drawing.pdf)):
            files.append(out / f"{name}.{suffix}")
            files[-1].write_bytes(content)
    if as_json:
        emit_json("design.plot", {"files": [str(file) for file in files]})
    else:
        for file in files:
            click.echo(file)


def _refuse_idle(e1: int | None, efficacy_stop: bool, given: dict[str, Any], *, is_rule: bool) -> None:
    """An option that would be passed over, and rates between which nothing can be drawn, are refused."""
    idle = ["--e1"] if not is_rule and e1 is not None else []
    if is_rule:
        idle += [f"--{name}" for name in ("alpha", "power") if given[name] is not None]
        idle += ["--efficacy-stop"] if efficacy_stop else []
    if idle:
        meant = "a given rule" if is_rule else "a search"
        raise UsageError(f"{', '.join(idle)}: no meaning for {meant}; leave it out")
    p0, p1 = given["p0"], given["p1"]
    for name in ("p0", "p1"):
        if given[name] is not None and not 0 < given[name] < 1:
            raise UsageError(f"--{name} is {given[name]}, expected a number between 0 and 1")
    if p0 is not None and p1 is not None and p1 <= p0:
        raise UsageError(f"--p1 is {p1}, expected more than p0 ({p0})")


def _draw_given(e1: int | None, **given: Any) -> dict[str, Drawing]:
    from onearm.report.figures_design import Limits, draw_stopping_region

    limits = Limits(given["n1"], given["r1"], given["n"], given["r"], e1)
    power = _draw_power({"": limits}, given["p0"], given["p1"])
    return {"design-region": draw_stopping_region(limits), "design-power": power}


def _draw_found(efficacy_stop: bool, **given: Any) -> dict[str, Drawing]:
    missing = [f"--{name}" for name in _SETTING if given[name] is None]
    if missing or any(given[name] is not None for name in _RULE):
        lacking = ", ".join(f"--{name}" for name in _RULE if given[name] is None)
        raise UsageError(f"give a rule (missing: {lacking or 'nothing'}) or a setting (missing: {', '.join(missing)})")
    from onearm.design import find
    from onearm.design.search import Setting, search_every_size, search_two_stage
    from onearm.report.figures_design import Limits, SizePoint, draw_stopping_region, draw_trade_off

    setting = {name: given[name] for name in _SETTING}
    found = or_usage_error(lambda: find(**setting, efficacy_stop=efficacy_stop)).designs
    wanted = ("H0-minimax", "admissible", "H0-optimal") if efficacy_stop else ("minimax", "admissible", "optimal")
    rows = [row for name in wanted for row in found if row.type == name]
    limits: dict[str, Limits] = {}
    names: dict[int, str] = {}
    for row in rows:
        assert row.n1 is not None and row.r1 is not None
        limits[f"{row.type}, n = {row.n}"] = Limits(row.n1, row.r1, row.n, row.r, row.e1)
        names[row.n] = row.type
    if efficacy_stop:
        rated = search_two_stage(Setting(**setting), efficacy_stop=True)
        sizes = [(one.rule.n, one.expected_size_p0) for one in rated]
    else:
        every = search_every_size(Setting(**setting), max(names) + BEYOND_OPTIMAL)
        sizes = [(n, float(size)) for n, size in enumerate(every.expected_size_p0) if every.n1[n]]
    points = [SizePoint(n, size, names.get(n, "")) for n, size in sizes]
    ends = {name: limits[name] for name in (list(limits)[-1], next(iter(limits)))}
    return {
        "design-region": draw_stopping_region(next(iter(ends.values()))),
        "design-trade-off": draw_trade_off(points, p0=given["p0"]),
        "design-power": _draw_power(ends, given["p0"], given["p1"]),
    }


def _draw_power(rules: dict[str, Limits], p0: float | None, p1: float | None) -> Drawing:
    from onearm.design import operating_characteristics
    from onearm.report.figures_design import draw_power_and_size

    low = max(0.01, (p0 or 0.1) - 0.15)
    high = min(0.99, (p1 or (p0 or 0.4) + 0.3) + 0.15)
    rates = [low + (high - low) * step / 120 for step in range(121)]
    curves = {}
    for label, limits in rules.items():
        inputs = limits._asdict()
        table = or_usage_error(lambda inputs=inputs: operating_characteristics(**inputs, p=rates))  # type: ignore[misc]
        curves[label] = ([row.success for row in table.rows], [row.expected_size for row in table.rows])
    marked = {name: rate for name, rate in (("p0", p0), ("p1", p1)) if rate is not None}
    return draw_power_and_size(rates, curves, marked)
