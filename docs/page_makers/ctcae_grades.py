"""The page of the grades of CTCAE, printed from the table that the code grades by."""

from __future__ import annotations

from page_makers.markdown import cell, code, page

_WHAT_CHOOSES = {
    "none": "",
    "baseline": "an abnormal baseline",
    "anticoagulant": "an anticoagulant",
}


def ctcae_page() -> str:
    """Every row of ``reference/ctcae.csv``: first what a number decides, then what only a person can judge."""
    from onearm.reference.ctcae import VERSIONS, grade_rows, terms
    from onearm.reference.ctcae_grammar import FACTS

    lines = [
        "# The grades of CTCAE that are held",
        "",
        f"Printed from `onearm.reference.ctcae`: {len(grade_rows())} rows. Facts of the Common Terminology Criteria "
        "for Adverse Events (US National Cancer Institute) as two public encodings hold them; no dictionary code is "
        "shipped. [How a grade is found](../explanation/laboratory-grades.md) says what happens where "
        "something is missing.",
        "",
        "`x` is the value in the canonical unit, `ULN` and `LLN` the limits of normal of its laboratory on its day, "
        "`BASE` the baseline, `loss` the per cent of weight lost, `d` the stools a day more than at baseline. The last "
        "limits hold where the second column of the ladder is chosen. Facts beside the number: "
        + ", ".join(f"`{name}`" for name in FACTS)
        + ".",
    ]
    for version in VERSIONS:
        lines += ["", f"## Version {version}: by number", "", _head(), "| --- | --- | --- | --- | --- | --- | --- |"]
        for term in terms(version).values():
            if not term.analyte:
                continue
            chosen = _WHAT_CHOOSES[term.switch]
            for row in term.rows:
                second = code(row.limit_if_baseline_abnormal) if chosen else ""
                parts = (cell(row.term), row.analyte, row.unit, str(row.grade), code(row.limit), second, row.mark)
                lines.append(f"| {' | '.join(parts)} |")
        choosing = [
            f"{term.analyte}: {_WHAT_CHOOSES[term.switch]}" for term in terms(version).values() if term.switch != "none"
        ]
        lines += ["", f"The second ladder is chosen by: {'; '.join(choosing)}."]
    lines += ["", "## Which grades the other terms have", ""]
    lines += [
        "A person gives these grades. A recorded grade that its term does not have is a finding (L010); grade 5 is "
        "death.",
        "",
    ]
    lines += ["| Term | Version | Grades | What each is |", "| --- | --- | --- | --- |"]
    for version in VERSIONS:
        for term in terms(version).values():
            if term.analyte:
                continue
            what = "; ".join(f"{row.grade}: {cell(row.limit)}" for row in term.rows)
            grades = ", ".join(str(grade) for grade in term.grades)
            lines.append(f"| {cell(term.name)} | {version} | {grades} | {what} |")
    sources = sorted({row.source for row in grade_rows()})
    lines += ["", "## Sources", "", *(f"- {cell(source)}" for source in sources)]
    return page(lines)


def _head() -> str:
    return "| Term | Test | Unit | Grade | Limits | Limits on the second ladder | Mark |"
