"""The page of the mRECIST tables, printed from the constants that the code looks its answers up in."""

from __future__ import annotations

from page_makers.markdown import cell, page


def mrecist_page() -> str:
    """What new lesions and fluid count as under mRECIST, where a lesion lies, and which organ it is of."""
    from onearm.derive import mrecist
    from onearm.derive.organs import ORGANS
    from onearm.derive.sites import (
        BESIDE_WORDS,
        FLUID,
        INFILTRATIVE,
        KIND_WORDS,
        LIVER_WORDS,
        OUTSIDE_WORDS,
        PORTA_HEPATIS,
        VEIN,
    )

    words = {
        mrecist.Counts.AS_ENTERED: "as entered",
        mrecist.Counts.NOT_A_LESION: "no lesion",
        mrecist.Counts.EQUIVOCAL: "equivocal",
        mrecist.Counts.EQUIVOCAL_ASK: "equivocal, and D062 asks",
        mrecist.Counts.UNEQUIVOCAL: "unequivocal",
    }
    nodule, node = mrecist.NODULE_TENTH_MM // 10, mrecist.PORTA_NODE_TENTH_MM // 10
    growth = mrecist.NODULE_GROWTH_TENTH_MM // 10
    sizes = {mrecist.Size.NOT_MEASURED: "not measured", mrecist.Size.BELOW: "below", mrecist.Size.AT_LEAST: "at least"}
    patterns = {
        mrecist.Pattern.NOT_RECORDED: "not recorded",
        mrecist.Pattern.ATYPICAL: "enhancement or washout lacks",
        mrecist.Pattern.TYPICAL: "enhancement and washout",
    }
    lines = [
        "# The tables of mRECIST",
        "",
        "Printed from `onearm.derive.mrecist`, which looks its answers up in them. Source: Lencioni and Llovet 2010, "
        "with the review of 2020. What they give are the states that the tables of RECIST 1.1 take.",
        "",
        "## A new liver nodule",
        "",
        f"| Longest diameter against {nodule} mm | Pattern | Counts as | Once it has grown by {growth} mm since first "
        "measured |",
        "| --- | --- | --- | --- |",
    ]
    for size, said in sizes.items():
        for pattern, seen in patterns.items():
            first, grown = mrecist.NEW_LIVER_NODULE[size][pattern]
            lines.append(f"| {said} | {seen} | {words[first]} | {words[grown]} |")
    lines += [
        "",
        "## A new node at the porta hepatis",
        "",
        f"| Short axis against {node} mm | Counts as |",
        "| --- | --- |",
        *(f"| {said} | {words[mrecist.NEW_PORTA_NODE[size]]} |" for size, said in sizes.items()),
        "",
        "## Ascites and pleural effusion",
        "",
        "| Cytology at this visit or before | New | Non-target entered as progression |",
        "| --- | --- | --- |",
    ]
    for proven, said in enumerate(("not positive", "positive")):
        state = mrecist.FLUID_PROGRESSION[proven].name.lower().replace("_", " ").replace(" pd", " progression")
        lines.append(f"| {said} | {words[mrecist.NEW_FLUID[proven]]} | {state} |")
    lines += [
        "",
        "## A non-target of the liver",
        "",
        "A viable diameter of 0 says the same as no enhancement, a longer one that it is there.",
        "",
        "| Entered as | Enhancement not recorded | Not enhanced | Enhanced |",
        "| --- | --- | --- | --- |",
    ]
    for entered, answers in mrecist.NON_TARGET_ENHANCEMENT.items():
        counted = " | ".join(one.name.lower().replace("_", " ") for one in answers)
        lines.append(f"| {entered.name.lower().replace('_', ' ')} | {counted} |")
    names = {
        PORTA_HEPATIS: "porta hepatis",
        VEIN: "tumour in a vein",
        FLUID: "ascites or effusion",
        INFILTRATIVE: "infiltrative disease",
    }
    lines += [
        "",
        "## Where a lesion lies",
        "",
        "By the words of `TULOC`; a node (`LYMPH NODE`) lies outside the liver. A lesion with none of these words,",
        "or with both kinds, has no place (D063). A text with a word that tells what a lesion is not, or what it lies",
        f"beside, is not read: {_pattern(BESIDE_WORDS)}.",
        "",
        "| Words | Read as |",
        "| --- | --- |",
        f"| {_pattern(LIVER_WORDS)} | liver |",
        f"| {_pattern(OUTSIDE_WORDS)} | outside the liver |",
        "",
        "## Of what kind it is",
        "",
        "By the words of `TULOC` and `TULOCDTL` together.",
        "",
        "| Words | Read as |",
        "| --- | --- |",
        *(f"| {_pattern(pattern)} | {names[bit]} |" for bit, pattern in KIND_WORDS),
        "",
        "## Organs",
        "",
        "Paired organs are one organ, and so are all nodes. Other words of `TULOC` are an organ each.",
        "",
        "| Words | Organ |",
        "| --- | --- |",
        *(f"| {_pattern(pattern)} | {cell(organ)} |" for organ, pattern in ORGANS),
    ]
    return page(lines)


def _pattern(pattern: str) -> str:
    """A pattern of words as code inside a table."""
    return f"`{pattern}`".replace("|", "\\|")
