"""The form that is the deterioration, and the whole times, against plain Python under every definition."""

from __future__ import annotations

import datetime as dt
import random
from fractions import Fraction
from pathlib import Path

from tte_qol_oracle import Ending, Switches, end_of_time, find_form

from onearm.protocol import load_protocol
from onearm.questionnaires.deterioration import (
    Assessment,
    History,
    every_definition,
    find_deterioration,
    time_to_deterioration,
)
from onearm.reference import shipped_questionnaires

PROTOCOL = Path(__file__).resolve().parent.parent / "data" / "protocols" / "made-up.yaml"
DEFINITIONS = list(every_definition())
START = dt.date(2024, 3, 4)
SCALES = {scale.code: scale for scale in shipped_questionnaires()["QLQ-C30"].scales}


def _as_points(score: int, parts: int, sign: int) -> Fraction:
    """Turned so that higher is better."""
    return sign * Fraction(score, parts)


def test_the_form_that_is_the_deterioration() -> None:
    rng = random.Random(43)
    for number in range(40_000):
        definition = DEFINITIONS[number % len(DEFINITIONS)]
        sign, parts = rng.choice([1, -1]), rng.choice([1, 3, 9])
        base, *scores = (5 * parts * rng.randrange(8) + rng.choice([0, 0, 1]) for _ in range(rng.randrange(1, 9)))
        forms = [(place, _as_points(score, parts, sign)) for place, score in enumerate(scores)]
        wanted = find_form(_as_points(base, parts, sign), forms, Switches(*definition), Fraction(10))
        found = find_deterioration(base, scores, definition, 100_000, sign, parts)
        assert (None if found is None else found[0]) == (None if wanted is None else wanted[0]), (
            base,
            scores,
            definition,
        )
        places = (None if found is None else found[0], None if wanted is None else wanted[0])
        assert places[0] == places[1], (base, scores, definition)


def _history(number: int, parts: int, rng: random.Random) -> History:
    days = sorted(rng.sample(range(1, 400), rng.randrange(7)))
    level = [100 * parts * k // 6 for k in range(7)]
    later = tuple(Assessment(START + dt.timedelta(days=d), rng.choice(level), d) for d in days)
    base = None if rng.random() < 0.1 else Assessment(START, rng.choice(level), 0)
    death = START + dt.timedelta(days=(days[-1] if days else 0) + rng.randrange(1, 90)) if rng.random() < 0.4 else None
    return History(f"P-{number}", START, base, later, death)


def test_times_under_every_definition() -> None:
    rng = random.Random(72)
    protocol = load_protocol(PROTOCOL)
    for code, sign in (("QL2", 1), ("FA", -1)):
        scale = SCALES[code]
        histories = [_history(number, scale.parts, rng) for number in range(300)]
        for definition in DEFINITIONS:
            timed = time_to_deterioration(protocol, scale, histories, definition, 100_000)
            rows = {row.subject: row for row in timed.rows}
            for history in histories:
                forms = [((a.day - START).days, _as_points(a.score, scale.parts, sign)) for a in history.later]
                base = None if history.baseline is None else _as_points(history.baseline.score, scale.parts, sign)
                death = None if history.death is None else (history.death - START).days
                wanted = end_of_time(base, forms, death, Switches(*definition), Fraction(10))
                if wanted is None:
                    assert history.subject in timed.excluded
                    continue
                row = rows[history.subject]
                assert row.days == (row.date - START).days + 1
                assert Ending((row.date - START).days, _how(row.censored, row.reason)) == wanted, (history, definition)


def _how(censored: int, reason: str) -> str:
    """The oracle's word for an ending: the package writes 0 for an event, 1 for none and 2 for a competing death."""
    if censored == 1:
        return "none"
    return {"0 WORSE": "deterioration", "0 NO BASELINE": "deterioration", "0 DEATH": "death", "2 DEATH": "competing"}[
        f"{censored} {reason}"
    ]
