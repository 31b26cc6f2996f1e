"""Designs of a single-arm trial as frozen objects: what they do exactly, and which ones fit what is known."""

from __future__ import annotations

from onearm.design.candidates import Candidate, CandidateReport, list_candidates
from onearm.design.exact_properties import DesignProperties, NotEvaluablePower, properties
from onearm.design.model import DesignError, DesignFault, SingleStageDesign, TwoStageDesign
from onearm.design.search import DesignSearch, RatedRule, Setting, search_two_stage

__all__ = [
    "Candidate",
    "CandidateReport",
    "DesignError",
    "DesignFault",
    "DesignProperties",
    "DesignSearch",
    "NotEvaluablePower",
    "RatedRule",
    "Setting",
    "SingleStageDesign",
    "TwoStageDesign",
    "list_candidates",
    "properties",
    "search_two_stage",
]
