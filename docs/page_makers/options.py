"""The page of the response options."""

from __future__ import annotations

import re
from importlib import resources
from typing import Any, get_args

from page_makers.markdown import cell, code, limits, page
from page_makers.option_effects import Effect, Example, derive_example


def options_page() -> str:
    """Every response option: question, meaning, values, and its value in each published profile."""
    from onearm.protocol.options import IrecistOptions, ResponseOptions
    from onearm.protocol.profile import profile_names, profile_options

    profiles = {name: profile_options(name) for name in profile_names()}
    example = derive_example()
    columns = "".join(f" `{name}` |" for name in profiles)
    lines = [
        "# Response options",
        "",
        "Every choice that decides a response. A profile sets each one; a protocol names a profile in "
        "`tumour.profile` and "
        "sets single options otherwise in `tumour.override`. `onearm show PROTOCOL --expanded` prints all of "
        "them with "
        "their values. A published profile never changes.",
        "",
        "The number is that of the question which an option answers: a plain number is a point that RECIST 1.1 "
        "leaves to "
        "the protocol, `F` and a number is a ruling or a gap that was found later. A value that is struck "
        "through is known "
        "and **not yet supported**: it is refused when a protocol is loaded.",
        "",
        "Below each table a paragraph an option says what it changes, who reads it so, and by how much it moved the "
        f"response rate of one example: {example.n} treated patients of a made-up trial in which every rule has "
        f"something to do, {_share(example.responders, example.n)} of them responders under "
        "`recist-1.1-confirmed-2026`. An independent reader measured the same lesions (lengths spread by 6 %, a few "
        "other calls), an adjudicator accepted one of the two readings of each patient, and the responses that the "
        "investigator entered come from percentages that he rounded; of some patients he judged progression against "
        "the baseline. In a real trial far fewer patients sit where the rules part, so the order of "
        "the effects tells more than their size. `onearm sensitivity` counts the same for your own records.",
    ]
    questions: dict[str, list[str]] = {}
    for heading, names in _option_groups().items():
        lines += ["", f"## {heading}", "", f"| No. | Option | Meaning | Values |{columns}"]
        lines.append("| --- | --- | --- | --- |" + " --- |" * len(profiles))
        for name in names:
            number, meaning = _option_question(name)
            for one in number.split(", "):
                questions.setdefault(one, []).append(name)
            chosen = "".join(f" {code(options.get(name, _default(name)))} |" for options in profiles.values())
            lines.append(f"| {number} | `{name}` | {cell(meaning)} | {_option_values(ResponseOptions, name)} |{chosen}")
        lines += [line for name in names for line in _paragraph(name)]
    lines += ["", "## iRECIST", "", "All `not_used` under RECIST 1.1; every other value is refused for now.", ""]
    lines += ["| No. | Option | Meaning | Values |", "| --- | --- | --- | --- |"]
    for name in IrecistOptions.model_fields:
        number, meaning = _option_question(f"irecist.{name}")
        questions.setdefault(number, []).append(f"irecist.{name}")
        lines.append(f"| {number} | `irecist.{name}` | {cell(meaning)} | {_option_values(IrecistOptions, name)} |")
    lines += ["", "## By number", "", "| No. | Options |", "| --- | --- |"]
    for number in sorted(questions, key=_question_order):
        lines.append(f"| {number} | {', '.join(code(name) for name in questions[number])} |")
    return page(lines)


def _paragraph(name: str) -> list[str]:
    """What an option changes, who does it so, and what it did to the example."""
    from onearm.words.option_words import OPTION_TEXTS

    text, example = OPTION_TEXTS[name], derive_example()
    told = "; ".join(_effect_words(effect, example) for effect in example.effects.get(name, ()))
    moved = f" In the example: {told}." if told else ""
    return ["", f"**`{name}`.** {text.changes} {text.done_by[0].upper()}{text.done_by[1:]}{moved}"]


def _effect_words(effect: Effect, example: Example) -> str:
    if effect.gained or effect.lost:
        parts = [f"{count} {word}" for count, word in ((effect.gained, "gained"), (effect.lost, "lost")) if count]
        rate = f"{_share(effect.responders, example.n)} instead of {_share(example.responders, example.n)}"
        return f"{code(effect.value)} {rate} ({', '.join(parts)})"
    others = [
        f"{count} {word}"
        for count, word in ((effect.moved_best, "other best responses"), (effect.moved_times, "other times to event"))
        if count
    ]
    return f"{code(effect.value)} the same rate" + (f", but {' and '.join(others)}" if others else " and nothing else")


def _share(x: int, n: int) -> str:
    from onearm.units import percent

    return f"{percent(x, n)} %"


def _default(name: str) -> Any:
    """The value of an option that a profile does not set."""
    from onearm.protocol.options import ResponseOptions

    return ResponseOptions.model_fields[name].default


def _option_groups() -> dict[str, list[str]]:
    """The options by the comment that heads their group in the code."""
    text = (resources.files("onearm.protocol") / "options.py").read_text(encoding="utf-8")
    body = text.split("class ResponseOptions(Part):", 1)[1].split("\nNOT_YET_SUPPORTED", 1)[0]
    groups: dict[str, list[str]] = {}
    heading = ""
    for line in body.splitlines():
        if line.startswith("    # "):
            heading = line.removeprefix("    # ")
        field = re.match(r"    ([a-z][a-z0-9_]*): ", line)
        if field and field[1] != "irecist":
            groups.setdefault(heading, []).append(field[1])
    return groups


def _option_question(path: str) -> tuple[str, str]:
    from onearm.protocol.show import option_question

    number, meaning = option_question(path)
    return number, " ".join(meaning.split())


def _option_values(part: Any, name: str) -> str:
    from onearm.protocol.options import NOT_YET_SUPPORTED, IrecistOptions

    choices = get_args(part.model_fields[name].annotation)
    if choices and all(isinstance(choice, str) for choice in choices):
        refused = set(choices) - {"not_used"} if part is IrecistOptions else NOT_YET_SUPPORTED.get(name, frozenset())
        return ", ".join(f"~~{code(choice)}~~" if choice in refused else code(choice) for choice in choices)
    return limits(part.model_json_schema()["properties"][name])


def _question_order(number: str) -> tuple[bool, int]:
    return number.startswith("F"), int(number.removeprefix("F") or 0)
