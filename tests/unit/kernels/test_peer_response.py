"""The package's best responses on irregular days against a plain restatement, and each side of its thresholds."""

from __future__ import annotations

import random
from collections.abc import Sequence

import numpy as np
import pytest

from onearm.kernels.entered import derive_peer_responses
from onearm.kernels.peer_response import (
    PEER_BOR,
    PEER_BOR_VISIT,
    PEER_CBOR,
    PEER_CBOR_VISIT,
    PEER_CONFIRMING_VISIT,
    PEER_CRSP_VISIT,
    PEER_LSTA_VISIT,
    PEER_WHY_NOT,
    PEER_WHY_NOT_VISIT,
    PeerRules,
    PeerWhyNot,
)
from onearm.terms import Response

CODES = {response.submission_value: int(response) for response in Response}
WORDS = {code: word for word, code in CODES.items()}
TEMPLATE = PeerRules(42, 28, 1, 0)
Visits = Sequence[tuple[int, str]]


def derive(patients: Sequence[Visits], rules: PeerRules = TEMPLATE, reference: int = 0) -> np.ndarray:
    start = np.cumsum([0, *(len(visits) + 1 for visits in patients)]).astype(np.int64)
    flat = [entry for visits in patients for entry in ((reference, "MISSING"), *visits)]
    out, _ = derive_peer_responses(
        rules,
        start,
        np.array([day for day, _ in flat], np.int32),
        np.array([CODES[word] for _, word in flat], np.int8),
        np.full(len(patients), reference, np.int32),
        np.full(len(patients), 10_000, np.int32),
    )
    return out


def one(visits: Visits, rules: PeerRules = TEMPLATE) -> dict[int, int]:
    return dict(enumerate(derive([visits], rules)[0].tolist()))


def confirmed(records: Visits, i: int, rules: PeerRules) -> bool:
    """Handbook of the package: all records after the first up to the first that could confirm, late enough."""
    day, first = records[i]
    wanted = ("CR",) if first == "CR" else ("CR", "PR")
    upto = next(
        (j for j in range(i + 1, len(records)) if records[j][1] in wanted and records[j][0] >= day + rules.ref_confirm),
        None,
    )
    if upto is None:
        return False
    between = records[i + 1 : upto + 1]
    allowed = {"NE", *wanted, *(("SD",) if first == "PR" and rules.accept_sd else ())}
    words = [word for _, word in between]
    crs, prs = ([d for d, word in between if word == name] for name in ("CR", "PR"))
    return (
        set(words) <= allowed
        and words.count("NE") <= rules.max_nr_ne
        and words.count("SD") <= 1
        and (first == "CR" or not crs or not prs or min(crs) > max(prs))
    )


def restated(visits: Visits, rules: PeerRules) -> tuple[str, int | None, str, int | None, int | None]:
    records = list(visits)
    stop = next((i for i, (_, word) in enumerate(records) if word == "PD"), len(records) - 1)
    records = records[: stop + 1]

    def fall_back() -> tuple[str, int | None]:
        for word, those, late in (
            ("SD", ("CR", "PR", "SD"), True),
            ("NON-CR/NON-PD", ("NON-CR/NON-PD",), True),
            ("PD", ("PD",), False),
            ("NE", ("CR", "PR", "SD", "NON-CR/NON-PD", "NE"), False),
        ):
            for day, here in records:
                if here in those and (not late or day >= rules.ref_start_window):
                    return word, day
        return "MISSING", None

    single = next(((word, day) for word in ("CR", "PR") for day, here in records if here == word), None)
    pairs = [
        (word, day) for i, (day, word) in enumerate(records) if word in ("CR", "PR") and confirmed(records, i, rules)
    ]
    best = next(((word, day) for wanted in ("CR", "PR") for word, day in pairs if word == wanted), None)
    first = min((day for _, day in pairs), default=None)
    return (*(single or fall_back()), *(best or fall_back()), first)


@pytest.mark.parametrize("seed", range(4))
def test_irregular_days_against_the_restatement(seed: int) -> None:
    draw = random.Random(seed)
    words = ("CR", "PR", "SD", "NON-CR/NON-PD", "PD", "NE", "CR", "PR", "NE")
    for _ in range(12):
        rules = PeerRules(
            draw.choice((28, 41, 42, 56)), draw.choice((27, 28, 56)), draw.randrange(3), draw.randrange(2)
        )
        patients = []
        for _ in range(150):
            days = sorted(draw.sample(range(1, 200), draw.randrange(7)))
            patients.append([(day, draw.choice(words)) for day in days])
        out = derive(patients, rules)
        for visits, row in zip(patients, out.tolist(), strict=True):
            at = {-1: None, **{i: day for i, (day, _) in enumerate(visits, start=1)}}
            found = (
                WORDS[row[PEER_BOR]], at[row[PEER_BOR_VISIT]], WORDS[row[PEER_CBOR]], at[row[PEER_CBOR_VISIT]],
                at[row[PEER_CRSP_VISIT]],
            )  # fmt: skip
            assert found == restated(visits, rules), (visits, rules)


def test_each_side_of_the_days() -> None:
    assert one([(41, "SD")])[PEER_BOR] == Response.NE and one([(42, "SD")])[PEER_BOR] == Response.SD
    assert one([(50, "PR"), (77, "PR")])[PEER_CBOR] == Response.SD
    assert one([(50, "PR"), (78, "PR")])[PEER_CBOR] == Response.PR


def why(visits: Visits, rules: PeerRules = TEMPLATE) -> tuple[str, int]:
    out = one(visits, rules)
    return PeerWhyNot(out[PEER_WHY_NOT]).name, out[PEER_WHY_NOT_VISIT]


def test_why_a_response_was_not_confirmed_and_at_which_visit() -> None:
    assert why([(50, "SD")]) == ("NO_CANDIDATE", -1)
    assert why([(50, "PR"), (100, "NE"), (150, "PR")]) == ("CONFIRMED", 3)
    assert why([(50, "PR"), (100, "NE")]) == ("NO_LATER_RESPONSE", -1)
    assert why([(50, "PR"), (100, "SD"), (150, "PR")]) == ("OTHER_BETWEEN", 2)
    assert why([(50, "PR"), (60, "NE"), (70, "NE"), (150, "PR")]) == ("TOO_MANY_NE", 4)
    two_sd = [(50, "PR"), (60, "SD"), (70, "SD"), (150, "PR")]
    assert why(two_sd, PeerRules(42, 28, 1, 1)) == ("TOO_MANY_SD", 4)
    assert why([(50, "PR"), (60, "CR"), (70, "PD")]) == ("NO_LATER_RESPONSE", -1)


def test_pr_then_cr_then_pr_in_one_pair_confirms_nothing() -> None:
    visits = [(50, "PR"), (60, "CR"), (80, "PR")]
    out = one(visits)
    assert (out[PEER_CBOR], out[PEER_CONFIRMING_VISIT]) == (Response.SD, -1)
    assert one([(50, "PR"), (60, "PR"), (80, "CR")])[PEER_CBOR] == Response.PR


def test_of_several_records_of_a_day_the_worst_counts_and_of_equals_the_last() -> None:
    assert one([(50, "SD"), (50, "PR"), (100, "PR")])[PEER_CBOR] == Response.SD
    assert one([(50, "NE"), (50, "PR"), (100, "PR")])[PEER_CBOR_VISIT] == 2
    assert one([(50, "PR"), (50, "PR"), (100, "PR")])[PEER_CBOR_VISIT] == 2
    assert one([(50, "PD"), (50, "CR"), (100, "CR")])[PEER_CBOR] == Response.PD


def test_records_before_the_reference_day_are_not_read_and_those_after_pd_only_as_last() -> None:
    out = one([(-1, "CR"), (0, "SD"), (60, "PD"), (90, "CR")])
    assert (out[PEER_BOR], out[PEER_LSTA_VISIT]) == (Response.PD, 4)
