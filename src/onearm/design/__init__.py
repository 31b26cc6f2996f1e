"""Designs of a single-arm trial as frozen objects: found, judged, recovered, and what an outcome says under them.

Usable without a protocol file. Everything public is here; its module is loaded when it is asked for, since a protocol
that is merely checked needs few of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from onearm.design.attained import conditional_boundaries, rechoose_boundaries
    from onearm.design.best_designs import find
    from onearm.design.bop2 import find_bop2
    from onearm.design.bop2_result import Bop2Design
    from onearm.design.bryant_day import find_bryant_day
    from onearm.design.bryant_day_table import BryantDayDesign, BryantDayTable
    from onearm.design.characteristics import OperatingRow, OperatingTable, operating_characteristics
    from onearm.design.curtailed_rule import CurtailedRow, CurtailedRule, stochastic_curtailment
    from onearm.design.departures import not_evaluable_policies, without_stops
    from onearm.design.design_table import DesignRow, DesignTable
    from onearm.design.exact_properties import DesignProperties, NotEvaluablePower, properties
    from onearm.design.fleming import FlemingDesign, fleming_design
    from onearm.design.gehan_plan import GehanPlan, gehan
    from onearm.design.inference import infer, infer_all
    from onearm.design.inference_results import Estimates, Inference, Intervals, OutcomeRow, OutcomeRows
    from onearm.design.model import DesignError, DesignFault, SingleStageDesign, TwoStageDesign
    from onearm.design.plan_words import plan_paragraph
    from onearm.design.predictive_search import find_predictive_probability
    from onearm.design.recovered import Recovered, RecoveredDesign
    from onearm.design.recovery import recover
    from onearm.design.response_boundaries import posterior_boundaries, predictive_probability
    from onearm.design.search import EverySize, RatedRule, Setting, search_every_size, search_two_stage
    from onearm.design.single_stage import find_single_stage
    from onearm.design.three_stages import (
        ThreeStageOperatingTable,
        ThreeStageRow,
        ThreeStageTable,
        find_three_stage,
        three_stage_characteristics,
    )
    from onearm.design.toxicity_boundaries import monitor_toxicity, monitor_toxicity_bayes

_MODULES = {
    "attained": ("conditional_boundaries", "rechoose_boundaries"),
    "best_designs": ("find",),
    "bop2": ("find_bop2",),
    "bop2_result": ("Bop2Design",),
    "bryant_day": ("find_bryant_day",),
    "bryant_day_table": ("BryantDayDesign", "BryantDayTable"),
    "characteristics": ("OperatingRow", "OperatingTable", "operating_characteristics"),
    "curtailed_rule": ("CurtailedRow", "CurtailedRule", "stochastic_curtailment"),
    "departures": ("not_evaluable_policies", "without_stops"),
    "design_table": ("DesignRow", "DesignTable"),
    "exact_properties": ("DesignProperties", "NotEvaluablePower", "properties"),
    "fleming": ("FlemingDesign", "fleming_design"),
    "gehan_plan": ("GehanPlan", "gehan"),
    "inference": ("infer", "infer_all"),
    "inference_results": ("Estimates", "Inference", "Intervals", "OutcomeRow", "OutcomeRows"),
    "model": ("DesignError", "DesignFault", "SingleStageDesign", "TwoStageDesign"),
    "response_boundaries": ("posterior_boundaries", "predictive_probability"),
    "predictive_search": ("find_predictive_probability",),
    "toxicity_boundaries": ("monitor_toxicity", "monitor_toxicity_bayes"),
    "plan_words": ("plan_paragraph",),
    "recovered": ("Recovered", "RecoveredDesign"),
    "recovery": ("recover",),
    "search": ("EverySize", "RatedRule", "Setting", "search_every_size", "search_two_stage"),
    "single_stage": ("find_single_stage",),
    "three_stages": (
        "ThreeStageOperatingTable",
        "ThreeStageRow",
        "ThreeStageTable",
        "find_three_stage",
        "three_stage_characteristics",
    ),
}
"""Module → the public names in it. No module bears a public name, which loading it would hide."""
_HOME = {name: module for module, names in _MODULES.items() for name in names}

__all__ = [
    "Bop2Design",
    "BryantDayDesign",
    "BryantDayTable",
    "CurtailedRow",
    "CurtailedRule",
    "DesignError",
    "DesignFault",
    "DesignProperties",
    "DesignRow",
    "DesignTable",
    "Estimates",
    "EverySize",
    "FlemingDesign",
    "GehanPlan",
    "Inference",
    "Intervals",
    "NotEvaluablePower",
    "OperatingRow",
    "OperatingTable",
    "OutcomeRow",
    "OutcomeRows",
    "RatedRule",
    "Recovered",
    "RecoveredDesign",
    "Setting",
    "SingleStageDesign",
    "ThreeStageOperatingTable",
    "ThreeStageRow",
    "ThreeStageTable",
    "TwoStageDesign",
    "conditional_boundaries",
    "find",
    "find_bop2",
    "find_bryant_day",
    "find_predictive_probability",
    "find_single_stage",
    "find_three_stage",
    "fleming_design",
    "gehan",
    "infer",
    "infer_all",
    "monitor_toxicity",
    "monitor_toxicity_bayes",
    "not_evaluable_policies",
    "operating_characteristics",
    "plan_paragraph",
    "posterior_boundaries",
    "predictive_probability",
    "properties",
    "rechoose_boundaries",
    "recover",
    "search_every_size",
    "search_two_stage",
    "stochastic_curtailment",
    "three_stage_characteristics",
    "without_stops",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'onearm.design' has no attribute {name!r}")
    import importlib

    return getattr(importlib.import_module(f"onearm.design.{_HOME[name]}"), name)
