"""The page of the dose rules of both founding trials, made from their overlay files."""

from __future__ import annotations

from pathlib import Path

from page_makers.markdown import cell, page

ROOT = Path(__file__).parents[2]
TRIALS = ("haic-bev-pdl1", "haic-adebrelimab-regorafenib")


def dose_rules_page() -> str:
    """Every rule of each trial: what it acts on, what it says, when it ends, and where it is written."""
    lines = [
        "# Dose rules of the two trials",
        "",
        "The registry records state none of these: they come from the overlays `trials/assumptions/*-dose-rules.yaml`. "
        "A confirmed rule advises; an unconfirmed one is shown for information and advises nothing. "
        "[How a rule is written and judged](../explanation/dose-rules.md).",
    ]
    for trial in TRIALS:
        lines += _trial(trial)
    return page(lines)


def _trial(trial: str) -> list[str]:
    from onearm.protocol import load_protocol
    from onearm.protocol.base import text_in

    folder = ROOT / "trials"
    protocol = load_protocol(folder / f"{trial}.yaml", [folder / "assumptions" / f"{trial}-dose-rules.yaml"])
    lines = ["", f"## {protocol.identity.id}", ""]
    for mark, heading in (("confirmed", "Confirmed"), ("unconfirmed", "Unconfirmed: for information only")):
        rules = [rule for rule in protocol.treatment.rules if rule.mark == mark]
        lines += [f"### {protocol.identity.id}: {heading}", "", "| Component | Action | Rule | Says | Limit | Source |"]
        lines.append("| --- | --- | --- | --- | --- | --- |")
        for rule in rules:
            limit = f"{rule.limit.within} of the {rule.limit.of.replace('_', ' ')}" if rule.limit is not None else ""
            source = ", ".join(part for part in (rule.source, rule.version) if part)
            text = cell(text_in(rule.text))
            lines.append(f"| {rule.component} | {rule.action} | `{rule.id}` | {text} | {limit} | {cell(source)} |")
        lines.append("")
    return lines[:-1]
