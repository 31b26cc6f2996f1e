"""Response options from a named profile and a protocol's overrides; what the code does not act on yet is refused."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources
from typing import Any, get_args

from pydantic import ValidationError

from onearm.errors import Finding, Place
from onearm.protocol.options import NOT_YET_SUPPORTED, IrecistOptions, ResponseOptions
from onearm.protocol.parts import Tumour
from onearm.protocol.paths import kind_at, nearest
from onearm.protocol.shape import shape_findings
from onearm.protocol.yaml_tree import Node, node_of, read_tree

SUPPORTED_CRITERIA = ("recist-1.1", "mrecist")
_IRECIST = "irecist"


def profile_names() -> list[str]:
    """Names of the published profiles."""
    folder = resources.files("onearm.protocol") / "profiles"
    return sorted(entry.name.removesuffix(".yaml") for entry in folder.iterdir() if entry.name.endswith(".yaml"))


@lru_cache(maxsize=16)
def _profile_options(name: str) -> dict[str, Any]:
    file = resources.files("onearm.protocol") / "profiles" / f"{name}.yaml"
    tree, findings = read_tree(file.read_bytes(), f"{name}.yaml")
    if tree is None or findings:
        raise RuntimeError(f"the published profile {name} is damaged: reinstall onearm")
    content: dict[str, Any] = tree.plain()
    return content


def profile_options(name: str) -> dict[str, Any]:
    """The options of a published profile as written in its file. KeyError for an unknown name."""
    if name not in profile_names():
        raise KeyError(name)
    return dict(_profile_options(name))


def resolve_options(tumour: Tumour, tree: Node) -> tuple[ResponseOptions | None, list[Finding]]:
    """The response options, or None while the criterion is open, with what is wrong with criterion and profile.

    The overrides have findings of their own (``check_overrides``); faulty ones give no options either.
    """
    node = tree.child("tumour") or node_of({}, tree.place)
    findings = _pairing(tumour, node)
    base: dict[str, Any] = {}
    if tumour.profile is not None:
        place = _place(node, "profile", "tumour.profile")
        if tumour.profile in profile_names():
            base = profile_options(tumour.profile)
        else:
            guess = nearest(tumour.profile, profile_names())
            known = ", ".join(profile_names())
            hint = f"write {guess}" if guess else f"write one of: {known}"
            findings.append(Finding("P301", place, {"found": tumour.profile, "known": known, "hint": hint}))
    if findings or not base or check_overrides(tree):
        return None, findings
    return ResponseOptions.model_validate(_merged(base, dict(tumour.override))), []


def check_overrides(tree: Node) -> list[Finding]:
    """Every fault of the overrides and every refused choice among them, whatever else is wrong with the file."""
    tumour = tree.child("tumour")
    overrides = tumour.child("override") if tumour is not None else None
    if overrides is None or overrides.kind != "mapping":
        return []
    return [*_override_faults(overrides), *_refusals(overrides)]


def _merged(base: dict[str, Any], override: dict[str, Any]) -> dict[str, Any]:
    irecist = {**base.get(_IRECIST, {}), **override.get(_IRECIST, {})}
    return {**base, **override, **({_IRECIST: irecist} if irecist else {})}


def _pairing(tumour: Tumour, node: Node) -> list[Finding]:
    findings = []
    criterion, profile = tumour.criterion, tumour.profile
    if criterion is not None and criterion not in SUPPORTED_CRITERIA:
        place = _place(node, "criterion", "tumour.criterion")
        supported = ", ".join(SUPPORTED_CRITERIA)
        findings.append(Finding("P304", place, {"found": criterion, "supported": supported}))
    elif criterion is not None and profile is None:
        fitting = ", ".join(name for name in profile_names() if name.startswith(criterion))
        place = _place(node, "criterion", "tumour.profile")
        findings.append(Finding("P305", place, {"found": criterion, "known": fitting}))
    elif criterion is None and profile is not None:
        findings.append(Finding("P306", _place(node, "profile", "tumour.criterion"), {"found": profile}))
    elif criterion and profile and profile in profile_names() and not profile.startswith(criterion):
        values = {"found": profile, "criterion": criterion}
        findings.append(Finding("P308", _place(node, "profile", "tumour.profile"), values))
    findings += _beside(tumour, node)
    if tumour.override and profile is None and criterion is None:
        findings.append(Finding("P307", _place(node, "override", "tumour.override")))
    return findings


def _beside(tumour: Tumour, node: Node) -> list[Finding]:
    """Faults of what is to be shown beside the criterion."""
    findings = []
    if tumour.criterion is None and (tumour.beside or tumour.regions):
        named = "beside" if tumour.beside else "regions"
        findings.append(Finding("P309", _place(node, named, f"tumour.{named}"), {"found": f"tumour.{named}"}))
    if tumour.criterion in tumour.beside:
        values = {"found": str(tumour.criterion)}
        findings.append(Finding("P310", _place(node, "beside", "tumour.beside"), values))
    profile = tumour.beside_profile
    if profile is not None:
        fitting = [name for name in profile_names() if any(name.startswith(one) for one in tumour.beside)]
        if profile not in fitting:
            values = {"found": profile, "known": ", ".join(fitting) or "none without tumour.beside"}
            findings.append(Finding("P311", _place(node, "beside_profile", "tumour.beside_profile"), values))
    return findings


def _override_faults(overrides: Node) -> list[Finding]:
    """Faults of the overrides' own keys and values, judged on top of some complete profile."""
    complete = _profile_options(profile_names()[0])
    content = overrides.plain()
    irecist = content.get(_IRECIST, {})
    if not isinstance(irecist, dict):
        place = Place(overrides.place.file, overrides.place.line, None, f"tumour.override.{_IRECIST}")
        return [Finding("P204", place, {"found": str(irecist), "expected": "keys with values"})]
    try:
        ResponseOptions.model_validate(_merged(complete, content))
    except ValidationError as error:
        found = shape_findings(ResponseOptions, overrides, error)
        return [_below_override(finding) for finding in found]
    return []


def _below_override(finding: Finding) -> Finding:
    at = finding.place
    return Finding(
        finding.code, Place(at.file, at.line, at.column, f"tumour.override.{at.path}"), finding.values, finding.severity
    )


def _refusals(overrides: Node) -> list[Finding]:
    """Known values that the code does not act on yet."""
    findings = []
    for name, _, node in overrides.steps():
        if node.kind == "scalar" and node.value in NOT_YET_SUPPORTED.get(name, ()):
            findings.append(_refusal(name, node, supported_values(name)))
        if name == _IRECIST and node.kind == "mapping":
            for option, _, chosen in node.steps():
                allowed = get_args(kind_at(IrecistOptions, [option]))
                if chosen.value != "not_used" and chosen.value in allowed:
                    findings.append(_refusal(f"{_IRECIST}.{option}", chosen, ["not_used"]))
    return findings


def supported_values(option: str) -> list[str]:
    """Values of a choice that the code acts on."""
    refused = NOT_YET_SUPPORTED.get(option, frozenset())
    return [value for value in get_args(kind_at(ResponseOptions, [option])) if value not in refused]


def _refusal(option: str, node: Node, supported: list[str]) -> Finding:
    at = node.place
    place = Place(at.file, at.line, at.column, f"tumour.override.{option}")
    values = {"option": option, "found": str(node.value), "supported": ", ".join(supported)}
    return Finding("P303", place, values)


def _place(node: Node, key: str, path: str) -> Place:
    at = node.key_places.get(key, node.place)
    return Place(at.file, at.line, at.column, path)
