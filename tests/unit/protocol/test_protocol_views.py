"""Rows, schema and differences of protocols."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from onearm.protocol import (
    Protocol,
    describe_protocol,
    diff_protocols,
    load_protocol,
    load_protocol_text,
    overlay_schema,
    protocol_schema,
)
from onearm.protocol.options import IrecistOptions, ResponseOptions
from onearm.protocol.yaml_tree import read_tree


@pytest.fixture(scope="module")
def base(base_text: str) -> Protocol:
    return load_protocol_text(base_text)


def test_rows_show_value_status_and_source(trials: Path) -> None:
    overlay = trials / "assumptions" / "boundaries-efficacy-30-50.yaml"
    made = load_protocol(trials / "haic-bev-pdl1.yaml", [overlay])
    rows = {row.path: row for row in describe_protocol(made)}
    assert (rows["design.n1"].value, rows["design.n1"].status) == ("27", "stated")
    assert rows["design.n1"].source == "“First stage: 27 patients”"
    assert rows["tumour.profile"].status == "inferred"
    assert rows["design.success"].status == "assumed"
    assert "overlay boundaries-efficacy-30-50" in rows["design.success"].source
    assert rows["design.efficacy_stop"].source.startswith("departs from the source")
    assert rows["treatment.components.haic.doses.0.amount"].status == "unstated"
    assert not any(path.startswith("response_options") for path in rows)
    bare = {row.path: row for row in describe_protocol(load_protocol(trials / "haic-bev-pdl1.yaml"))}
    assert (bare["design.efficacy_stop"].value, bare["design.efficacy_stop"].status) == ("none", "inferred")
    assert (bare["design.success"].status, bare["sets.primary"].status) == ("unstated", "unstated")
    assert "27 and 36" in bare["sets.primary"].source


def test_expanded_rows_hold_every_option_with_its_question(base: Protocol) -> None:
    rows = {row.path: row for row in describe_protocol(base, expanded=True)}
    options = [f"response_options.{name}" for name in ResponseOptions.model_fields if name != "irecist"]
    options += [f"response_options.irecist.{name}" for name in IrecistOptions.model_fields]
    assert set(options) <= set(rows)
    assert all(rows[path].question and rows[path].meaning for path in options)
    assert rows["response_options.confirmation_min_days"].question == "7"
    assert (rows["response_options.sd_min_days"].value, rows["response_options.sd_min_days"].status) == ("49", "stated")
    assert rows["response_options.evaluator"].status == "profile"
    assert (rows["conventions.median_rule"].value, rows["conventions.median_rule"].status) == ("sas", "default")
    assert rows["conventions.level"].status == "given"
    json.dumps([row.as_dict() for row in rows.values()])


def test_rows_show_the_stated_facts_that_nothing_is_computed_from(base_text: str) -> None:
    text = base_text.replace("at_most: 75, unit: years", "at_most: 75, unit: years, judged_by: board")
    made = load_protocol_text(text.replace("  id: TEST-01\n", "  id: TEST-01\n  study_ids: [T-1, T-2]\n"))
    rows = {row.path: (row.value, row.status) for row in describe_protocol(made)}
    assert rows["endpoints.orr.historical_control.value"] == ("0.25", "stated")
    assert rows["endpoints.orr.historical_control.unit"] == ("proportion", "stated")
    assert rows["endpoints.orr.historical_control.source"] == ("An earlier trial", "stated")
    assert rows["endpoints.dcr.test.null_source"] == ("An earlier trial", "stated")
    assert rows["population.criteria.age.judged_by"] == ("board", "stated")
    assert rows["identity.study_ids"] == ("T-1, T-2", "stated")


def test_rows_and_paths_are_unique_and_repeatable(base: Protocol, base_text: str) -> None:
    for expanded in (False, True):
        rows = describe_protocol(base, expanded=expanded)
        assert len({row.path for row in rows}) == len(rows)
        assert rows == describe_protocol(load_protocol_text(base_text), expanded=expanded)


def fits(schema: dict[str, Any], node: Any, root: dict[str, Any]) -> bool:
    """A small validator of the keywords that the schemas use."""
    if "$ref" in schema:
        return fits(root["$defs"][schema["$ref"].rsplit("/", 1)[1]], node, root)
    if "anyOf" in schema:
        return any(fits(choice, node, root) for choice in schema["anyOf"])
    if "const" in schema or "enum" in schema:
        return node in schema.get("enum", [schema.get("const")])
    kinds = {"object": dict, "array": list, "string": str, "boolean": bool}
    if schema.get("type") in kinds and not isinstance(node, kinds[schema["type"]]):
        return False
    if schema.get("type") in ("integer", "number") and (isinstance(node, (str, bool, dict, list)) or node is None):
        return False
    if isinstance(node, dict):
        known = schema.get("properties", {})
        other = next(iter(schema.get("patternProperties", {}).values()), None) or schema.get(
            "additionalProperties", True
        )
        for key, below in node.items():
            rule = known.get(key, other)
            if rule is False or (isinstance(rule, dict) and not fits(rule, below, root)):
                return False
        return set(schema.get("required", [])) <= set(node)
    if isinstance(node, list) and "items" in schema:
        return all(fits(schema["items"], item, root) for item in node)
    return True


def content(path: Path) -> Any:
    tree, findings = read_tree(path.read_bytes(), path.name)
    assert tree is not None and not findings
    return tree.plain()


def test_the_schema_fits_the_files_and_refuses_what_the_loader_refuses(trials: Path) -> None:
    schema = protocol_schema()
    json.dumps(schema)
    assert schema["$schema"].endswith("2020-12/schema")
    for file in sorted(trials.glob("*.yaml")):
        assert fits(schema, content(file), schema), file.name
    for file in sorted((trials / "assumptions").glob("*.yaml")):
        assert fits(overlay_schema(), content(file), overlay_schema()), file.name
    good = content(trials / "haic-bev-pdl1.yaml")
    for path, value in [
        ("design.n1", "unstatd"),
        ("design.efficacy_stop", "unstated"),
        ("design.extra", 1),
        ("tumour.override", {"missing_targets": "maybe"}),
        ("tumour.override", {"sd_min_days": "many"}),
        ("sets.primary", "all"),
        ("digest", "abc"),
    ]:
        bad = json.loads(json.dumps(good, default=str))
        *above, last = path.split(".")
        holder = bad
        for step in above:
            holder = holder[step]
        holder[last] = value
        assert not fits(schema, bad, schema), path
    assert "response_options" not in schema["properties"]


CHANGES = [
    ("  success: 16", "  success: 17", "design.success", "design", True),
    ("primary: treated", "primary: evaluable", "sets.primary", "design", True),
    ("at_most: 75", "at_most: 80", "population.criteria.age.at_most", "eligibility", False),
    ("amount: 1200", "amount: 1000", "treatment.components.antibody.doses.0.amount", "dosing", False),
    ("every: 8 weeks", "every: 6 weeks", "tumour.calendar.phases.0.every", "schedule", False),
    ("sd_min_days: 49", "confirmation: not_required", "response_options.confirmation", "response", True),
    ("confirmed-2026", "unconfirmed-2026", "tumour.profile", "response", True),
    ("start: inclusion, events", "start: first_dose, events", "endpoints.os.start", "endpoint", True),
    ("response: failure", "response: pending", "procedures.resection.response", "response", True),
    ("name: Response rate", "name: Objective response", "endpoints.orr.name", "wording", False),
    ("text: 18 to 75 years", "text: 18-75 years", "population.criteria.age.text", "wording", False),
]


@pytest.mark.parametrize("old, new, path, kind, guarded", CHANGES, ids=[row[2] for row in CHANGES])
def test_a_change_is_classed_and_flagged_after_the_first_look(
    base: Protocol, base_text: str, old: str, new: str, path: str, kind: str, guarded: bool
) -> None:
    edited = base_text.replace(old, new, 1)
    if path == "sets.primary":
        edited = edited.replace("denominator: treated", "denominator: evaluable")
    if path == "design.success":
        edited = edited.replace("power: 0.80", "power: 0.60")
    before = {change.path: change for change in diff_protocols(base, load_protocol_text(edited))}[path]
    assert (before.kind, before.after_first_look) == (kind, False)
    late = edited.replace("date: 2025-03-01", "date: 2025-07-01")
    after = {change.path: change for change in diff_protocols(base, load_protocol_text(late))}[path]
    assert (after.kind, after.after_first_look) == (kind, guarded)
    assert ("this change comes after" in after.sentence) is guarded
    assert str(after.before) in after.sentence and str(after.after) in after.sentence


def test_new_and_removed_entries_are_one_change_each(base: Protocol, base_text: str) -> None:
    line = next(line for line in base_text.splitlines(True) if "id: prior" in line)
    without = load_protocol_text(base_text.replace(line, ""))
    (removed,) = diff_protocols(base, without)
    assert (removed.path, removed.kind, removed.after) == ("population.criteria.prior", "eligibility", None)
    assert "removed" in removed.sentence
    (added,) = diff_protocols(without, base)
    assert (added.path, added.before) == ("population.criteria.prior", None)
    assert "new" in added.sentence


def test_equal_protocols_do_not_differ(base: Protocol, base_text: str) -> None:
    assert diff_protocols(base, load_protocol_text(base_text, "other.yaml")) == []


def test_a_look_without_dated_versions_flags_the_change(base_text: str) -> None:
    start, end = base_text.index("  versions:"), base_text.index("  first_look:")
    text = base_text[:start] + base_text[end:]
    one, other = (
        load_protocol_text(text),
        load_protocol_text(text.replace("success: 16", "success: 17").replace("power: 0.80", "power: 0.60")),
    )
    assert [change.after_first_look for change in diff_protocols(one, other)] == [True, True]
