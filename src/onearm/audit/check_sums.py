"""Errors in judging the sum: by rounded numbers, against the baseline instead of the nadir, without the 5 mm."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from onearm.audit.case import Case, Visit
from onearm.audit.claims import claimed_target, row_of_claim, visits_that_matter
from onearm.audit.fault import Fault, fault
from onearm.audit.words import change, mm
from onearm.kernels.rules import ResponseRules
from onearm.terms import Response
from onearm.units import round_half_away
from onearm.words.audit_findings import ROUNDING_WORDS

_TESTS = ("TRGRESP", "OVRLRESP")


def check_sums(case: Case) -> Iterator[Fault]:
    """A205 (rounding), A206 (baseline instead of nadir) and A207 (no 5 mm), of the first cause that explains a claim.

    Thresholds are RECIST 1.1, section 4.3.1, on whole tenths of a millimetre: 10·S ≤ 7·B, 10·S ≥ 12·N and S - N.
    """
    for visit in visits_that_matter(case):
        claim, nadir = claimed_target(visit), visit.nadir
        if claim is None or claim == visit.target or nadir is None or Response.NONE in (visit.target, claim):
            continue
        how = _rounding_that_gives(claim, visit, case)
        if claim == Response.PD and visit.overall != Response.PD and _lacks_only_millimetres(visit, case.rules):
            needed = case.rules.pd_absolute if nadir.total else case.rules.reappearance_absolute
            yield _fault(case, visit, claim, "absolute_increase", "A207", {"needed": mm(needed)})
        elif how is not None:
            yield _fault(case, visit, claim, "rounding", "A205", {"how": ROUNDING_WORDS[how]})
        elif visit.target == Response.PD and claim in (Response.CR, Response.PR, Response.SD):
            yield _fault(case, visit, claim, "nadir", "A206", {})


def _lacks_only_millimetres(visit: Visit, rules: ResponseRules) -> bool:
    assert visit.nadir is not None
    growth, nadir = visit.total - visit.nadir.total, visit.nadir.total
    if nadir == 0:
        return 0 < growth < rules.reappearance_absolute
    return 10 * visit.total >= 12 * nadir and growth < rules.pd_absolute


def _fault(case: Case, visit: Visit, claim: Response, check: str, code: str, more: dict[str, str]) -> Fault:
    assert visit.nadir is not None
    values = {
        "entered": claim.submission_value,
        "right": visit.target.submission_value,
        "sum": mm(visit.total),
        "baseline": mm(case.baseline.total),
        "nadir": mm(visit.nadir.total),
        "nadir_visit": visit.nadir.name,
        "from_baseline": change(visit.total, case.baseline.total),
        "from_nadir": change(visit.total, visit.nadir.total),
        "growth": mm(max(0, visit.total - visit.nadir.total)),
        **more,
    }
    return fault(
        check, code, subject=case.subject, reading=case.reading.label, domain="RS", column="RSSTRESC",
        row=row_of_claim(visit, *_TESTS), visit=visit.number, values=values,
    )  # fmt: skip


Judge = Callable[[int, int, int, ResponseRules], Response]


def _rounding_that_gives(claim: Response, visit: Visit, case: Case) -> str | None:
    """Which way of rounding turns the sums into what was entered; None if none does. Complete sums only."""
    assert visit.nadir is not None
    if visit.target == Response.CR or not (visit.complete and case.baseline.complete and visit.nadir.total):
        return None
    exact = (visit.total, case.baseline.total, visit.nadir.total)
    whole = (_whole_lengths(visit), _whole_lengths(case.baseline), _whole_lengths(visit.nadir))
    attempts: tuple[tuple[str, Judge, tuple[int, int, int]], ...] = (
        ("percent", _by_whole_percent, exact),
        ("binary", _in_binary, exact),
        ("lengths", _exactly, whole),
    )
    if _exactly(*exact, case.rules) == claim:
        return None
    return next((name for name, judge, sums in attempts if all(sums) and judge(*sums, case.rules) == claim), None)


def _whole_lengths(visit: Visit) -> int:
    return sum(10 * int(round_half_away(target.length / 10)) for target in visit.targets)


def _exactly(total: int, baseline: int, nadir: int, rules: ResponseRules) -> Response:
    if total - nadir >= rules.pd_absolute and 10 * total >= 12 * nadir:
        return Response.PD
    return Response.PR if 10 * total <= 7 * baseline else Response.SD


def _by_whole_percent(total: int, baseline: int, nadir: int, rules: ResponseRules) -> Response:
    """As one who rounds the percentage to a whole number first."""
    if total - nadir >= rules.pd_absolute and round_half_away(100 * (total - nadir) / nadir) >= 20:
        return Response.PD
    return Response.PR if round_half_away(100 * (baseline - total) / baseline) >= 30 else Response.SD


def _in_binary(total: int, baseline: int, nadir: int, rules: ResponseRules) -> Response:
    """As a program that computes the change in binary fractions, where 50.4 / 42.0 - 1 is less than 0.2."""
    s, b, n = total / 10, baseline / 10, nadir / 10
    if s - n >= rules.pd_absolute / 10 and (s - n) / n >= 0.2:
        return Response.PD
    return Response.PR if (s - b) / b <= -0.3 else Response.SD
