"""What screening finds: persons within the criteria of the protocol, and the value by which somebody fails one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from onearm.eligibility.categories import allowed_bits
from onearm.protocol import Protocol
from onearm.protocol.eligibility_parts import Condition, Criterion, Variable
from onearm.reference.analytes import ANALYTES, plain_unit
from onearm.reference.child_pugh import CHILD_PUGH_SCORES
from onearm.reference.eligibility_variables import is_multiple_of_limit
from onearm.rehearse.draws import Draws
from onearm.rehearse.forms import Cell, Forms
from onearm.rehearse.laboratory import Test, entry_tests
from onearm.rehearse.patients import Lesion, Person
from onearm.rehearse.setting import Setting

CHILD_PUGH = ("child_pugh", "child_pugh_score", "child_pugh_class")
PRESSURES = {"sysbp": "SYSBP", "diabp": "DIABP"}
TOPICS = {"CM": "CMTRT", "MH": "MHTERM", "PR": "PRTRT"}
"""The column that names what a row is about, in the tables of what was before."""

_SCORES_AT_ENTRY = (7, 6, 5)
_FAILING_CHILD_PUGH = 8
_FAILING_ECOG = 2


@dataclass(frozen=True)
class Found:
    """What screening found of one patient, who may fail a criterion."""

    person: Person
    criterion: Criterion | None = None
    """The criterion that is not met."""
    values: Mapping[str, float] = field(default_factory=dict)
    """LBTESTCD or VSTESTCD → the value at screening that fails it."""
    variable: Variable | None = None
    """A declared variable whose row fails it."""


def within_criteria(protocol: Protocol, person: Person) -> Found:
    """The person with the Child-Pugh points and the performance status that the criteria admit."""
    for criterion in all_criteria(protocol):
        leaf = _leaf(criterion)
        if leaf is None or criterion.kind != "inclusion" or leaf.variable is None:
            continue
        if leaf.variable in CHILD_PUGH and not _admits(leaf, person.child_pugh):
            admitted = [score for score in _SCORES_AT_ENTRY if _admits(leaf, score)]
            person = replace(person, child_pugh=admitted[0] if admitted else person.child_pugh)
        if leaf.variable == "ecog" and leaf.one_of and str(person.ecog) not in leaf.one_of:
            person = replace(person, ecog=min((int(one) for one in leaf.one_of if one.isdigit()), default=person.ecog))
    return Found(person)


def against_a_criterion(setting: Setting, seed: int, number: int, person: Person) -> Found:
    """A person who is registered although a value is outside a criterion.

    Without a criterion that a value of this room decides, the first inclusion is answered with no.
    """
    protocol = setting.protocol
    ways = [fail(setting, person, one) for one in all_criteria(protocol)]
    by_value = [found for found in ways if found.values or found.person != person]
    if by_value:
        draws = Draws(seed, number, "criterion not met")
        return by_value[draws.whole(0, len(by_value) - 1)]
    first = next((one for one in all_criteria(protocol) if one.kind == "inclusion"), None)
    return Found(person, first)


def ways_to_fail(setting: Setting, person: Person) -> list[Found]:
    """The person as one who fails each criterion in turn, as far as the records can show no contradiction to it.

    Left out are criteria that the values written here would still meet; without any other, they are all there.
    """
    ways = [fail(setting, person, criterion) for criterion in all_criteria(setting.protocol)]
    return [found for found in ways if _is_shown(setting, found, person)] or ways


def _is_shown(setting: Setting, found: Found, person: Person) -> bool:
    if found.values or found.variable is not None or found.person != person:
        return True
    assert found.criterion is not None
    leaf = _leaf(found.criterion)
    name = leaf.variable if leaf is not None else None
    declared = setting.protocol.population.variables.get(name or "")
    is_missing = declared is not None and found.criterion.kind == "inclusion" and leaf is not None and bool(leaf.within)
    return name is None or name == "extrahepatic_spread" or is_missing


def all_criteria(protocol: Protocol) -> tuple[Criterion, ...]:
    """Those of the source and those assumed."""
    return (*protocol.population.criteria, *protocol.population.further_criteria)


def fail(setting: Setting, person: Person, criterion: Criterion) -> Found:
    """The person as one who fails a criterion, by the value that it asks for where this room writes such values.

    Bilirubin and albumin are left alone, for a failing one would change the Child-Pugh points too.
    """
    leaf = _leaf(criterion)
    if leaf is None or leaf.variable is None:
        return Found(person, criterion)
    name = leaf.variable
    if name in CHILD_PUGH and not _admits(leaf, _FAILING_CHILD_PUGH):
        return Found(replace(person, child_pugh=_FAILING_CHILD_PUGH), criterion)
    if name == "ecog" and leaf.one_of and str(_FAILING_ECOG) not in leaf.one_of:
        return Found(replace(person, ecog=_FAILING_ECOG), criterion)
    missed_by = setting.scenario.number("criterion_missed_by")
    limit = _failing_number(leaf, missed_by, applies=criterion.kind == "exclusion")
    if name == "age" and limit is not None and limit >= person.age:
        return Found(replace(person, age=round(limit)), criterion)
    if name in PRESSURES and limit is not None:
        return Found(person, criterion, {PRESSURES[name]: limit})
    test = _test_of(name)
    if test is not None and limit is not None and name not in ("tbil", "alb"):
        if is_multiple_of_limit(leaf.unit):
            return Found(person, criterion, {test.code: limit * test.high} if test.high is not None else {})
        own = ANALYTES[name.upper()].unit
        if not leaf.unit or plain_unit(leaf.unit) == plain_unit(own):
            return Found(person, criterion, {test.code: limit})
    declared = setting.protocol.population.variables.get(name)
    unwanted = criterion.kind == "exclusion" or leaf.is_true is False
    if declared is not None and unwanted and declared.source in ("CM", "MH"):
        return Found(person, criterion, variable=declared)
    return Found(person, criterion)


def write_found(setting: Setting, found: Found, consent: int, forms: Forms) -> None:
    """The rows on what was before: medication, what a criterion asks to have been done, and what fails one.

    Whoever was asked has a row of concomitant medication, so that a medicine that is not there was not taken; where the
    protocol reads earlier procedures, the question for major surgery is answered with no.
    """
    forms.add("CM", consent, CMTRT="PANTOPRAZOLE", CMDECOD="PANTOPRAZOLE", CMCAT="CONCOMITANT", CMSTDTC=consent - 30)
    before = round(setting.scenario.number("examined_before_days"))
    variables = setting.protocol.population.variables
    for criterion in all_criteria(setting.protocol):
        leaf = _leaf(criterion)
        declared = variables.get(leaf.variable or "") if leaf is not None else None
        if leaf is None or declared is None or criterion.kind != "inclusion" or leaf.within is None:
            continue
        is_failed = found.criterion is not None and found.criterion.id == criterion.id
        if declared.source in TOPICS and not is_failed:
            _write_row(declared, consent, consent - before, forms)
    if any(one.source == "PR" and one.absence == "negative" for one in variables.values()):
        forms.add("PR", consent, PRTRT="MAJOR SURGERY", PRCAT="HISTORY", PROCCUR="N", PRSTDTC=consent)
    if found.variable is not None:
        _write_row(found.variable, consent, consent - before, forms)


def write_stage(person: Person, lesions: tuple[Lesion, ...], day: int, forms: Forms) -> None:
    """The BCLC stage at screening as the site writes it: C with spread, invasion or symptoms, else B."""
    beyond = any(lesion.location != "LIVER" for lesion in lesions) or person.ecog > 0
    stage = "C" if beyond else "B"
    forms.add(
        "QS",
        day,
        QSTESTCD="BCLC",
        QSTEST="BCLC stage",
        QSCAT="BCLC STAGE",
        QSORRES=stage,
        QSSTRESC=stage,
        QSEVAL="INVESTIGATOR",
        VISITNUM="0",
        VISIT="SCREENING",
        QSDTC=day,
    )


def _write_row(variable: Variable, consent: int, day: int, forms: Forms) -> None:
    """A row that fits a declared variable: the first value of each column that it asks for."""
    domain = variable.source
    cells: dict[str, Cell] = {column: values[0] for column, values in variable.where.items()}
    cells.setdefault(TOPICS[domain], next(iter(cells.values()), "HISTORY"))
    cells.setdefault(f"{domain}DECOD", cells[TOPICS[domain]])
    cells[f"{domain}STDTC"] = day
    if domain == "CM":
        cells["CMENDTC"] = day
    forms.add(domain, consent, **cells)


def _leaf(criterion: Criterion) -> Condition | None:
    """The one comparison whose failure fails an inclusion, or whose truth makes an exclusion apply."""
    if criterion.variable is not None:
        return criterion
    return next(_leaves(criterion), None)


def _leaves(criterion: Criterion) -> Iterator[Condition]:
    joined = criterion.all if criterion.kind == "inclusion" else criterion.any
    yield from (part for part in joined if part.variable is not None and not (part.all or part.any or part.not_))


def _admits(leaf: Condition, score: int) -> bool:
    assert leaf.variable is not None
    bits = allowed_bits(leaf.variable, leaf)
    return bits is None or bool(bits >> CHILD_PUGH_SCORES.index(score) & 1)


def _failing_number(leaf: Condition, missed_by: float, *, applies: bool) -> float | None:
    """A number beyond the limit, on the side on which the comparison fails, or on which an exclusion applies."""
    highest = leaf.at_most if leaf.at_most is not None else leaf.less_than
    lowest = leaf.at_least if leaf.at_least is not None else leaf.more_than
    if applies:
        highest, lowest = lowest, highest
    if highest is not None:
        return float(highest) * (1 + missed_by)
    return None if lowest is None else float(lowest) * (1 - missed_by)


def _test_of(name: str) -> Test | None:
    analyte = ANALYTES.get(name.upper())
    return next((test for test in entry_tests() if analyte is not None and test.code in analyte.tests), None)
