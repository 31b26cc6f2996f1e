"""The two-stage oracle against sequences, hand-computed cases and published tables, before it judges anything."""

from __future__ import annotations

import ast
import csv
import subprocess
import sys
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest
from two_stage_oracle import (
    Rule,
    bias_adjusted,
    expected_mle,
    koyama_chen,
    median_unbiased,
    mid_p,
    naive,
    outcomes,
    p_values,
    properties,
    stage_wise,
    tail,
    umvcue,
    umvue,
    weights_of_outcomes,
)
from two_stage_oracle_conduct import (
    all_sequences,
    chance,
    play,
)
from two_stage_oracle_roots import BITS, Claims, at_rate
from two_stage_oracle_search import all_rules

HERE = Path(__file__).parent
DATA = HERE.parent / "data" / "two_stage"
MODULES = sorted(p.name for p in HERE.glob("two_stage_*.py"))
SMALL = [*all_rules(7), *all_rules(7, efficacy_stop=True)]
FEW = SMALL[::7]
P = Fraction(3, 10)
FUTILITY_ONLY = Rule(13, 3, None, 43, 12)
OVERLAY = Rule(27, 8, 14, 36, 15)


def rows(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader((DATA / name).read_text().splitlines()))


def printed(value: Fraction, text: str) -> bool:
    """The value lies within half a unit (and a hair) of the last printed digit."""
    digits = len(text.partition(".")[2])
    return abs(value - Fraction(text)) <= Fraction(51, 100) / 10**digits


def test_imports_nothing_but_the_standard_library() -> None:
    allowed = set(sys.stdlib_module_names) | {Path(name).stem for name in MODULES}
    for name in MODULES:
        for node in ast.walk(ast.parse((HERE / name).read_text())):
            if isinstance(node, ast.Import):
                assert {alias.name.split(".")[0] for alias in node.names} <= allowed
            elif isinstance(node, ast.ImportFrom):
                assert (node.module or "").split(".")[0] in allowed
            elif isinstance(node, ast.Name):
                assert node.id not in {"__import__", "eval", "exec"}


def test_works_where_the_engine_cannot_be_imported() -> None:
    """An isolated interpreter without site-packages: the engine is not there, the oracle is."""
    code = f"""
import importlib.util, sys
assert importlib.util.find_spec("onearm") is None, "the engine is in reach"
sys.path.insert(0, {str(HERE)!r})
for name in {[Path(name).stem for name in MODULES]!r}:
    __import__(name)
assert not any(name.split(".")[0] in ("onearm", "numpy", "scipy") for name in sys.modules)
from fractions import Fraction
from two_stage_oracle import Rule, properties
print(properties(Rule(2, 0, None, 3, 1), Fraction(1, 2)).success)
"""
    done = subprocess.run([sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, "1/2", "")


def test_a_case_by_hand() -> None:
    """Two patients, stop if neither responds, one more, success with two of three; rate 1/2."""
    rule = Rule(2, 0, None, 3, 1)
    found = properties(rule, Fraction(1, 2))
    # 110, 111, 101, 011 succeed: 4 of 8; 00 stops: 1 of 4; 2 + 3/4 patients.
    assert found[:5] == (Fraction(1, 2), Fraction(1, 4), 0, Fraction(11, 4), 3)
    assert [(o.stage, o.responses, o.sequences, o.success) for o in outcomes(rule)] == [
        (1, 0, 1, False),
        (2, 1, 2, False),  # 100 and 010
        (2, 2, 3, True),
        (2, 3, 1, True),
    ]
    assert p_values(rule, Fraction(1, 2)) == [1, Fraction(3, 4), Fraction(1, 2), Fraction(1, 8)]
    assert umvue(rule) == [0, Fraction(1, 2), Fraction(2, 3), 1]
    assert umvcue(rule) == [None, 0, Fraction(2, 3), 1]
    # 0.025 = p**3 and 0.975 = 1 - (1 - p)**2
    assert abs(stage_wise(rule, 3, Fraction(95, 100))[0] - Fraction(0.025 ** (1 / 3))) < Fraction(1, 10**12)
    assert abs(stage_wise(rule, 0, Fraction(95, 100))[1] - Fraction(1 - 0.025**0.5)) < Fraction(1, 10**12)
    # 0.5 = 1 - (1 - p)**2; E(MLE) = (1/3) 2 p (1-p)**2 + (2/3) 3 p**2 (1-p) + p**3 at p = 1/2 is 11/24
    assert abs(median_unbiased(rule, 1) - Fraction(1 - 0.5**0.5)) < Fraction(1, 10**12)
    assert expected_mle(rule, Fraction(1, 2)) == Fraction(11, 24)
    # half of the top outcome's p**3 is 0.025
    assert abs(mid_p(rule, 3, Fraction(95, 100))[0] - Fraction(0.05 ** (1 / 3))) < Fraction(1, 10**12)


def test_a_case_with_an_efficacy_stop_by_hand() -> None:
    """Stop for efficacy with two of two: 00 stops, 11 stops, 10 and 01 go on and succeed with one more."""
    rule = Rule(2, 0, 2, 3, 1)
    found = properties(rule, Fraction(1, 2))
    assert found[:6] == (Fraction(1, 2), Fraction(1, 4), Fraction(1, 4), Fraction(5, 2), 2, True)
    assert [(o.stage, o.responses, o.sequences, o.success) for o in outcomes(rule)] == [
        (1, 0, 1, False),
        (2, 1, 2, False),
        (2, 2, 2, True),
        (1, 2, 1, True),
    ]
    assert umvue(rule) == [0, Fraction(1, 2), Fraction(1, 2), 1]
    assert umvcue(rule) == [None, 0, 1, None]


@pytest.mark.parametrize("rate", [Fraction(1, 3), Fraction(7, 10)])
def test_counts_are_what_all_sequences_give(rate: Fraction) -> None:
    for rule in FEW:
        ends: dict[tuple[int, int], list[tuple[int, ...]]] = {}
        success = futility = efficacy = size = Fraction(0)
        for sequence in all_sequences(rule.n):
            played = play(rule, sequence)
            weight = chance(sequence, rate)
            ends.setdefault((played.stage, played.responses), []).append(sequence[: played.patients])
            success += weight * played.success
            futility += weight * (played.early == "futility")
            efficacy += weight * (played.early == "efficacy")
            size += weight * played.patients
        assert properties(rule, rate)[:4] == (success, futility, efficacy, size)
        assert {(o.stage, o.responses): o.sequences for o in outcomes(rule)} == {
            k: len(set(v)) for k, v in ends.items()
        }
        for o, first, last in zip(outcomes(rule), umvue(rule), umvcue(rule), strict=True):
            sequences = set(ends[o.stage, o.responses])
            assert first == Fraction(sum(s[0] for s in sequences), len(sequences))
            if o.stage == 2:
                assert last == Fraction(sum(s[-1] for s in sequences), len(sequences))
            else:
                assert last is None


def test_unbiased_and_conditionally_unbiased() -> None:
    for rule in SMALL[::3]:
        weights = weights_of_outcomes(rule, P)
        whole = P.denominator**rule.n
        assert sum(weights) == whole
        assert sum(w * u for w, u in zip(weights, umvue(rule), strict=True)) == P * whole
        went_on = [(w, u) for w, u in zip(weights, umvcue(rule), strict=True) if u is not None]
        assert sum(w * u for w, u in went_on) == P * sum(w for w, _ in went_on)


def test_success_is_the_top_of_the_order_and_its_p_value_the_type_one_error() -> None:
    for rule in SMALL:
        won = [o.success for o in outcomes(rule)]
        assert won == sorted(won)
        if any(won):
            assert p_values(rule, P)[won.index(True)] == properties(rule, P).success


def test_mean_of_the_mle_rises_with_the_rate() -> None:
    """Otherwise bisection would not find the one root."""
    for rule in FEW:
        means = [expected_mle(rule, Fraction(k, 60)) for k in range(61)]
        assert all(a < b for a, b in pairwise(means))


@pytest.mark.parametrize("row", rows("inference.csv")[::5], ids=lambda r: f"{r['r1']}/{r['n1']}-{r['x']}")
def test_published_inference(row: dict[str, str]) -> None:
    """Two programs of others agree with these rows."""
    rule = Rule(int(row["n1"]), int(row["r1"]), None, int(row["n"]), int(row["r"]))
    where = [(o.stage, o.responses) for o in outcomes(rule)].index((int(row["stage"]), int(row["x"])))
    end = outcomes(rule)[where]
    assert end.success == (row["reject"] == "1")
    assert printed(Fraction(end.responses, end.patients), row["MLE"])
    assert printed(umvue(rule)[where], row["UMVUE_JungKim"])
    assert printed(median_unbiased(rule, where), row["MUE_KoyamaChen"])
    assert printed(p_values(rule, Fraction(row["p0"]))[where], row["p_KoyamaChen"])
    if row["bias_adjusted_Whitehead"]:
        assert printed(bias_adjusted(rule, where), row["bias_adjusted_Whitehead"])
    for level, lower, upper, upper_kc in (
        ("0.90", "CI90_lo", "CI90_hi_exact", "CI90_hi_KC"),
        ("0.95", "CI95_lo", "CI95_hi_exact", "CI95_hi_KC"),
    ):
        limits = stage_wise(rule, where, Fraction(level))
        assert printed(limits[0], row[lower])
        assert printed(limits[1], row[upper])
        as_published = koyama_chen(rule, where, Fraction(level))
        assert as_published[0] == limits[0]
        assert printed(as_published[1], row[upper_kc])
    limits = naive(end.responses, end.patients, Fraction("0.95"))
    assert printed(limits[0], row["naiveCP95_lo"])
    assert printed(limits[1], row["naiveCP95_hi"])


def test_published_p_values_and_estimates_of_every_outcome() -> None:
    table = rows("inference.csv")
    assert len(table) > 40
    for row in table:
        rule = Rule(int(row["n1"]), int(row["r1"]), None, int(row["n"]), int(row["r"]))
        where = [(o.stage, o.responses) for o in outcomes(rule)].index((int(row["stage"]), int(row["x"])))
        assert printed(umvue(rule)[where], row["UMVUE_JungKim"])
        assert printed(p_values(rule, Fraction(row["p0"]))[where], row["p_KoyamaChen"])


def test_published_designs() -> None:
    for row in rows("simon_designs.csv"):
        rule = Rule(int(row["n1"]), int(row["r1"]), None, int(row["n"]), int(row["r"]))
        under_0, under_1 = properties(rule, Fraction(row["p0"])), properties(rule, Fraction(row["p1"]))
        assert printed(under_0.success, row["typeI"])
        assert printed(under_1.success, row["power"])
        assert printed(under_0.expected_n, row["EN0"])
        assert printed(under_0.stop_futility, row["PET0"])
    for row in rows("mander_thompson.csv"):
        e1 = int(row["e1_stop_efficacy_if_ge"])
        rule = Rule(int(row["n1"]), int(row["r1"]), e1, int(row["n"]), int(row["r"]))
        assert printed(properties(rule, Fraction(row["p0"])).success, row["typeI"])
        assert printed(properties(rule, Fraction(row["p1"])).success, row["power"])
        assert printed(properties(rule, Fraction(row["p0"])).expected_n, row["EN0"])
    for row in rows("fleming_two_stage.csv"):
        rule = Rule(int(row["n1"]), int(row["a1"]), int(row["r1"]), int(row["n"]), int(row["a2"]))
        assert printed(properties(rule, Fraction(row["p0"])).success, row["typeI"])
        assert printed(properties(rule, Fraction(row["p1"])).success, row["power"])
        assert printed(properties(rule, Fraction(row["p0"])).expected_n, row["EN0"])
        assert printed(properties(rule, Fraction(row["p1"])).expected_n, row["EN1"])


def test_the_published_limits_under_cover_and_the_exact_ones_do_not() -> None:
    """One of two in stage one, then three more: exact coverage next to every limit."""
    level = Fraction(9, 10)
    for rule in (Rule(3, 0, None, 6, 2), Rule(4, 0, 3, 6, 2)):
        intervals = [stage_wise(rule, i, level) for i in range(len(outcomes(rule)))]
        hair = Fraction(1, 10**11)
        for limit in {value for pair in intervals for value in pair}:
            for rate in (max(limit - hair, Fraction(0)), min(limit + hair, Fraction(1))):
                weights = weights_of_outcomes(rule, rate)
                inside = sum(w for w, (a, b) in zip(weights, intervals, strict=True) if a <= rate <= b)
                assert Fraction(inside, rate.denominator**rule.n) >= level - Fraction(1, 10**9)
    low = [koyama_chen(Rule(10, 1, None, 29, 5), i, Fraction("0.95")) for i in range(30)]
    weights = weights_of_outcomes(Rule(10, 1, None, 29, 5), Fraction("0.309"))
    covered = sum(w for w, (a, b) in zip(weights, low, strict=True) if a <= Fraction("0.309") <= b)
    assert Fraction(covered, 1000**29) < Fraction("0.9")


def test_tails_are_monotone_in_the_rate() -> None:
    for rule in FEW[::5]:
        for index in range(1, len(outcomes(rule))):
            for share in (Fraction(0), Fraction(1, 2), Fraction(1)):
                values = [tail(rule, index, Fraction(k, 20), share) for k in range(21)]
                assert values == sorted(values)


def test_claimed_roots_are_judged_as_the_bisection_would() -> None:
    """Each root that the bisection found is accepted; moved by 3e-9 it is not."""
    level = Fraction("0.95")
    for rule in (Rule(4, 1, None, 7, 3), Rule(5, 1, 4, 8, 3), FUTILITY_ONLY):
        claims = Claims(rule)
        for index in range(0, len(outcomes(rule)), 1 if rule.n < 10 else 9):
            seen = outcomes(rule)[index]
            assert claims.median_unbiased(index, float(median_unbiased(rule, index)))
            assert claims.bias_adjusted(index, float(bias_adjusted(rule, index)))
            for judge, found in (
                (claims.stage_wise, stage_wise(rule, index, level)),
                (claims.mid_p, mid_p(rule, index, level)),
                (claims.koyama_chen, koyama_chen(rule, index, level)),
                (claims.naive, naive(seen.responses, seen.patients, level)),
            ):
                lower, upper = float(found[0]), float(found[1])
                assert judge(index, level, (lower, upper))
                for wrong in (-3e-9, 3e-9):
                    if 0 <= lower + wrong <= 1 and index > 0:
                        assert not judge(index, level, (lower + wrong, upper))
                    if 0 <= upper + wrong <= 1 and index < len(outcomes(rule)) - 1:
                        assert not judge(index, level, (lower, upper + wrong))
        for index in range(len(outcomes(rule))):
            exact = tail(rule, index, Fraction(3, 8))
            assert exact == Fraction(at_rate(claims.rows[index], 3 << (BITS - 3)), 1 << (BITS * rule.n))
        assert expected_mle(rule, Fraction(3, 8)) == Fraction(
            at_rate(claims.mle, 3 << (BITS - 3)), claims.scale << (BITS * rule.n)
        )
