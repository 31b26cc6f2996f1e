"""``onearm design monitor``: rules that look repeatedly at toxicity or response, with what they exactly do."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from onearm.cli.design_inputs import LOOKS, PRIOR, RATES, or_usage_error
from onearm.cli.options import json_option
from onearm.cli.output import emit_json

if TYPE_CHECKING:
    from onearm.design.monitor import ResponseBoundary, ToxicityBoundary
    from onearm.design.predictive_search import PredictiveSearch


_rates = click.option("--rates", type=RATES, default=(), help="Further rates at which to tell what the rule does.")
_looks = click.option("--looks", type=LOOKS, help="Numbers of patients at which one looks.")
_first = click.option("--first", type=int, help="First look, then every patient; 10 unless told, or n if that is less.")
_p0 = click.option("--p0", type=float, required=True, help="Response rate not worth pursuing.")
_p1 = click.option("--p1", type=float, required=True, help="Response rate worth pursuing.")
_n = click.option("--n", type=int, required=True, help="Patients in all.")
_prior = click.option("--prior", type=PRIOR, required=True, help="Beta prior of the rate, as in 0.2,0.8.")
_acceptable = click.option("--acceptable", type=float, required=True, help="Acceptable rate of the event.")


@click.group(
    "monitor",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="""\b
Examples:
  onearm design monitor toxicity --acceptable 0.2 --n 30
  onearm design monitor predictive --p0 0.2 --p1 0.4 --n 36 --prior 0.2,0.8 --theta-l 0.001 --theta-t 0.9 --json""",
)
def monitor_command() -> None:
    """Rules that look repeatedly at toxicity or response. Every probability is exact, none is simulated."""


@monitor_command.command(
    "toxicity",
    short_help="Too many toxicities, Pocock type.",
    epilog="""\b
Examples:
  onearm design monitor toxicity --acceptable 0.2 --n 30
  onearm design monitor toxicity --acceptable 0.2 --n 75 --looks 20,40,60,75 --false-stop 0.1 --rates 0.35""",
)
@_acceptable
@_n
@click.option("--false-stop", type=float, default=0.05, show_default=True, help="At most so often at that rate.")
@_looks
@_rates
@json_option
def toxicity_command(as_json: bool, **inputs: Any) -> None:
    """Pocock-type boundary (Ivanova 2005): stop as soon as too many of the patients so far have the event."""
    from onearm.design.toxicity_boundaries import monitor_toxicity

    _print("toxicity", as_json, lambda: monitor_toxicity(**inputs))


@monitor_command.command(
    "toxicity-bayes",
    short_help="Too many toxicities, Bayesian.",
    epilog="""\b
Examples:
  onearm design monitor toxicity-bayes --acceptable 0.2 --n 30 --prior 0.6,2.4 --certainty 0.95
  onearm design monitor toxicity-bayes --acceptable 0.2 --n 30 --prior 0.6,2.4 --false-stop 0.1 --rates 0.3,0.4""",
)
@_acceptable
@_n
@_prior
@click.option("--certainty", type=float, help="Stop if P(rate > acceptable | data) exceeds this.")
@click.option("--false-stop", type=float, help="Instead: the smallest certainty that stops at most so often.")
@_looks
@_rates
@json_option
def toxicity_bayes_command(as_json: bool, **inputs: Any) -> None:
    """Bayesian toxicity boundary, with how often it really stops a trial whose rate is acceptable."""
    from onearm.design.toxicity_boundaries import monitor_toxicity_bayes

    _print("toxicity-bayes", as_json, lambda: monitor_toxicity_bayes(**inputs))


@monitor_command.command(
    "predictive",
    short_help="Response, by predictive probability.",
    epilog="""\b
Examples:
  onearm design monitor predictive --p0 0.2 --p1 0.4 --n 36 --prior 0.2,0.8 --theta-l 0.001 --theta-t 0.9""",
)
@_p0
@_p1
@_n
@_prior
@click.option("--theta-l", type=float, required=True, help="Stop for futility if the predictive probability is less.")
@click.option("--theta-t", type=float, required=True, help="Success if P(rate > p0 | all data) exceeds this.")
@click.option("--theta-u", type=float, help="Stop for efficacy if the predictive probability exceeds this.")
@_first
@_looks
@_rates
@json_option
def predictive_command(as_json: bool, **inputs: Any) -> None:
    """Predictive-probability boundary (Lee and Liu 2008) with its exact error rates and expected size."""
    from onearm.design.response_boundaries import predictive_probability

    _print("predictive", as_json, lambda: predictive_probability(**inputs))


@monitor_command.command(
    "predictive-search",
    short_help="The best predictive designs of each size.",
    epilog="""\b
Examples:
  onearm design monitor predictive-search --p0 0.2 --p1 0.4 --alpha 0.1 --power 0.9 --prior 0.2,0.8
  onearm design monitor predictive-search --p0 0.2 --p1 0.4 --alpha 0.1 --power 0.9 --prior 0.2,0.8 --step 0.01""",
)
@_p0
@_p1
@click.option("--alpha", type=float, required=True, help="Type I error, at most.")
@click.option("--power", type=float, required=True, help="Power, at least.")
@_prior
@click.option("--n-from", type=int, default=10, show_default=True, help="Fewest patients to try.")
@click.option("--n-to", type=int, default=50, show_default=True, help="Most patients to try.")
@click.option("--first", type=int, default=10, show_default=True, help="First look, then every cohort.")
@click.option("--cohort", type=int, default=1, show_default=True, help="Patients from one look to the next.")
@click.option("--theta-u", type=float, help="Stop for efficacy if the predictive probability exceeds this.")
@click.option("--step", type=float, help="Take both thresholds from a grid; without, every value is searched.")
@json_option
def predictive_search_command(as_json: bool, **inputs: Any) -> None:
    """For each number of patients, the predictive-probability design with the smallest expected size under p0."""
    from onearm.design.predictive_search import find_predictive_probability

    _print("predictive-search", as_json, lambda: find_predictive_probability(**inputs))


@monitor_command.command(
    "posterior",
    short_help="Response, by posterior probability.",
    epilog="""\b
Examples:
  onearm design monitor posterior --p0 0.3 --p1 0.5 --n 40 --prior 0.6,1.4
  onearm design monitor posterior --p0 0.3 --p1 0.5 --n 40 --prior 0.6,1.4 --control 15,35 --no-efficacy""",
)
@_p0
@_p1
@_n
@_prior
@click.option("--futility", type=float, default=0.05, show_default=True, help="Stop if P(rate > p0 + delta) ≤ this.")
@click.option("--efficacy", type=float, default=0.95, show_default=True, help="Stop if P(rate > p0) ≥ this.")
@click.option("--no-futility", is_flag=True, help="Never stop for futility.")
@click.option("--no-efficacy", is_flag=True, help="Never stop for efficacy.")
@click.option("--delta", type=float, default=0.0, show_default=True, help="Improvement that matters.")
@click.option("--control", type=PRIOR, help="Beta distribution of the control rate; without, it is p0, fixed.")
@_first
@_looks
@_rates
@json_option
def posterior_command(as_json: bool, no_futility: bool, no_efficacy: bool, **inputs: Any) -> None:
    """Posterior-probability boundaries (Thall and Simon 1994) with their exact error rates."""
    from onearm.design.response_boundaries import posterior_boundaries

    if no_futility:
        inputs["futility"] = None
    if no_efficacy:
        inputs["efficacy"] = None
    _print("posterior", as_json, lambda: posterior_boundaries(**inputs))


def _print(
    kind: str, as_json: bool, compute: Callable[[], ToxicityBoundary | ResponseBoundary | PredictiveSearch]
) -> None:
    result = or_usage_error(compute)
    if as_json:
        emit_json(f"design.monitor.{kind}", result.as_dict())
    else:
        click.echo(str(result))
