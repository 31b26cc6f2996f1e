"""``onearm design oc`` and ``onearm design infer``: what a rule does, and what an outcome under it says."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from onearm.cli.curtail_options import curtail_options, curtailed_rule
from onearm.cli.design_inputs import RATES, or_usage_error
from onearm.cli.options import json_option
from onearm.cli.output import emit_json
from onearm.errors import UsageError

if TYPE_CHECKING:
    from onearm.design.inference_results import Inference

Command = TypeVar("Command", bound=Callable[..., Any])


def rule_options(command: Command) -> Command:
    """``--n1 --r1 --n --r [--e1]``: a two-stage rule as the field writes it."""
    options = (
        click.option("--n1", type=int, required=True, help="Patients of stage one."),
        click.option("--r1", type=int, required=True, help="Stop after stage one if responses are r1 or fewer."),
        click.option("--n", type=int, required=True, help="Patients of both stages."),
        click.option("--r", type=int, required=True, help="Success if more than r of all respond."),
        click.option("--e1", type=int, help="Stop after stage one with success if e1 or more respond."),
    )
    for option in reversed(options):
        command = option(command)
    return command


@click.command(
    "oc",
    epilog="""\b
Examples:
  onearm design oc --n1 27 --r1 8 --n 36 --r 13 --p 0.25,0.45
  onearm design oc --n1 27 --r1 8 --n 36 --r 15 --e1 14 --p 0.3,0.4,0.5 --not-evaluable 0.1
  onearm design oc --n1 13 --r1 3 --n 43 --r 12 --p 0.2,0.4 --curtail-below 0.05 --curtail-at 0.4
  onearm design oc --n1 8 --r1 1 --n2 22 --r2 5 --n 38 --r 11 --p 0.2,0.4
  onearm design oc --n1 29 --r1 8 --n 38 --r 13 --p 0.25,0.45 --unseen 0.2 --json""",
)
@rule_options
@click.option("--p", "p", type=RATES, required=True, metavar="RATES", help="Response rates, such as 0.2,0.4.")
@click.option("--not-evaluable", type=float, default=0.0, help="Share not evaluable, counted as failures.")
@click.option("--unseen", type=float, default=0.0, help="Share of responders not yet seen at the interim.")
@click.option("--binding/--not-binding", default=True, help="Whether the efficacy stop is binding (default).")
@click.option("--stops-not-followed", is_flag=True, help="Also: what if a stop is passed over, whatever the count?")
@click.option("--n2", type=int, help="Three stages: patients of the first two together.")
@click.option("--r2", type=int, help="Three stages: stop if r2 or fewer of these n2 respond.")
@curtail_options
@json_option
def oc_command(
    as_json: bool,
    stops_not_followed: bool,
    n2: int | None,
    r2: int | None,
    curtail_below: float | None,
    curtail_above: float | None,
    curtail_at: float | None,
    curtail_prior: tuple[float, ...] | None,
    curtail_looks: tuple[int, ...] | None,
    counting_stops: bool,
    **inputs: Any,
) -> None:
    """What a two-stage rule does at each response rate: exact error rates, early stops and sizes.

    Sizes may be the planned or the attained ones. With an efficacy stop, also without ever using it.
    """
    from onearm.design.characteristics import operating_characteristics
    from onearm.design.departures import without_stops

    curtailment = {
        "below": curtail_below,
        "above": curtail_above,
        "p1": curtail_at,
        "prior": curtail_prior,
        "looks": curtail_looks,
        "counting_stops": counting_stops,
    }
    if n2 is not None or r2 is not None:
        _print_three_stages(as_json, n2, r2, stops_not_followed, {**inputs, **curtailment})
        return
    table = or_usage_error(lambda: operating_characteristics(**inputs))
    rule = {name: inputs[name] for name in ("n1", "r1", "n", "r", "e1", "p")}
    curtailed = curtailed_rule(rule, curtailment, inputs)
    passed_over = None
    if stops_not_followed:
        _refuse_beside_stops_not_followed(inputs)
        passed_over = without_stops(**rule, not_evaluable=inputs["not_evaluable"])
    if as_json:
        more = {} if passed_over is None else {"stops_not_followed": passed_over.as_dict()["rows"]}
        if curtailed is not None:
            more["curtailment"] = curtailed.as_dict()
        emit_json("design.oc", {**table.as_dict(), **more})
        return
    click.echo(str(table))
    for added in (passed_over, curtailed):
        if added is not None:
            click.echo(f"\n{added}")


def _refuse_beside_stops_not_followed(inputs: dict[str, Any]) -> None:
    """Usage error for options that the table of stops not followed could not honour."""
    if inputs["unseen"]:
        raise UsageError("--stops-not-followed does not go with --unseen: both change what the stop looks at")
    if inputs["e1"] is not None and not inputs["binding"]:
        raise UsageError(
            "--stops-not-followed does not go with --not-binding: leave --not-binding out, the table then shows the "
            "efficacy stop used and never used"
        )


def _print_three_stages(
    as_json: bool, n2: int | None, r2: int | None, stops_not_followed: bool, inputs: dict[str, Any]
) -> None:
    from onearm.design.three_stages import three_stage_characteristics

    if n2 is None or r2 is None:
        raise UsageError("three stages need both --n2 and --r2")
    rule = {name: inputs.pop(name) for name in ("n1", "r1", "n", "r", "p")}
    others = stops_not_followed or not inputs.pop("binding")
    if others or any(value not in (None, 0, False) for value in inputs.values()):
        raise UsageError("three stages take --n1, --r1, --n2, --r2, --n, --r and --p only")
    table = or_usage_error(lambda: three_stage_characteristics(**rule, n2=n2, r2=r2))
    if as_json:
        emit_json("design.oc.three_stages", table.as_dict())
    else:
        click.echo(str(table))


@click.command(
    "infer",
    epilog="""\b
Examples:
  onearm design infer --n1 13 --r1 3 --n 43 --r 12 --p0 0.2 --responses 14 --alpha 0.05
  onearm design infer --n1 27 --r1 8 --n 36 --r 15 --e1 14 --p0 0.3 --responses 15 --n-actual 36
  onearm design infer --n1 27 --r1 8 --n 36 --r 13 --p0 0.25 --responses 15 --stage1-responses 10 --n-actual 38
  onearm design infer --n1 27 --r1 8 --n 36 --r 13 --p0 0.25 --responses 13 --not-evaluable 2""",
)
@rule_options
@click.option("--p0", type=float, required=True, help="Response rate not worth pursuing.")
@click.option("--responses", type=int, required=True, help="Responders among all patients.")
@click.option("--stage1-n", type=int, help="Patients on whom stage one was judged, if not n1.")
@click.option("--stage1-responses", type=int, help="Responders among them; needed if stage two had another size.")
@click.option("--n-actual", type=int, help="Patients in all, if not as planned or if two ends are possible.")
@click.option("--level", type=float, default=0.95, show_default=True, help="Level of the two-sided intervals.")
@click.option("--alpha", type=float, help="Nominal level, to compare with the one the rule attains.")
@click.option("--size-changed-by-data", is_flag=True, help="The size was changed because of the data: no p-value.")
@click.option("--p1", type=float, help="Rate worth pursuing, for the power under --not-evaluable and --rechoose.")
@click.option("--not-evaluable", type=int, help="Patients without a usable response: the trial under each policy.")
@click.option("--stage1-not-evaluable", type=int, default=0, help="How many of them belong to stage one.")
@click.option("--rechoose", is_flag=True, help="Also the best boundaries at the attained sizes (--alpha, --p1).")
@click.option("--power", type=float, help="With --rechoose: list what else has this power, with fewer patients.")
@json_option
def infer_command(
    as_json: bool,
    p1: float | None,
    not_evaluable: int | None,
    stage1_not_evaluable: int,
    rechoose: bool,
    power: float | None,
    **inputs: Any,
) -> None:
    """What an outcome says about the response rate under its design: estimates, p-value, intervals.

    The default interval is exact under the stage-wise ordering. Other sizes than planned, and decisions taken
    against the rule, are found from the counts.
    """
    from onearm.design.inference import infer

    if rechoose and (p1 is None or inputs["alpha"] is None):
        raise UsageError("--rechoose needs --alpha and --p1")
    found = or_usage_error(lambda: infer(**inputs))
    more = or_usage_error(lambda: _more(found, p1, power, not_evaluable, stage1_not_evaluable, rechoose))
    if as_json:
        content = found.as_dict()
        content["design"] = {name: content.pop(name) for name in ("n1", "r1", "n", "r", "e1", "p0")}
        emit_json("design.infer", {**content, **{name: table.as_dict() for name, table in more.items()}})
        return
    click.echo("\n\n".join(map(str, (found, *more.values()))))


def _more(
    found: Inference,
    p1: float | None,
    power: float | None,
    not_evaluable: int | None,
    stage1_not_evaluable: int,
    rechoose: bool,
) -> dict[str, Any]:
    """Further tables, where the trial did not run as planned or one is asked for."""
    from onearm.design.attained import conditional_boundaries, rechoose_boundaries
    from onearm.design.departures import not_evaluable_policies, without_stops

    rule = {name: getattr(found, name) for name in ("n1", "r1", "n", "r", "e1")}
    tables: dict[str, Any] = {}
    if found.conditional_error is not None and found.n_actual > found.stage1_n:
        tables["boundaries"] = conditional_boundaries(**rule, p0=found.p0, n_actual=found.n_actual, at=found.stage1_n)
    if found.path in ("stopped early", "past futility", "past efficacy"):
        tables["stops_not_followed"] = without_stops(**rule, p=(found.p0, p1) if p1 is not None else found.p0)
    if not_evaluable is not None:
        tables["policies"] = not_evaluable_policies(
            **rule,
            p0=found.p0,
            p1=p1,
            responses=found.responses,
            not_evaluable=not_evaluable,
            stage1_not_evaluable=stage1_not_evaluable,
            stage1_n=found.stage1_n,
            stage1_responses=found.stage1_responses,
            n_actual=found.n_actual,
        )
    if rechoose and p1 is not None and found.alpha is not None:
        n = max(found.n_actual, found.n) if found.stage == 1 else found.n_actual
        tables["rechosen"] = rechoose_boundaries(
            found.stage1_n, n, p0=found.p0, p1=p1, alpha=found.alpha, power=power, e1=found.e1
        )
    return tables
