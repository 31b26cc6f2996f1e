"""Generated patients with the further facts of mRECIST: viable sums, nodules and nodes on the limits, fluid.

Facts are those that records can hold: none of a lesion that was not assessed or is not seen, no viable diameter beside
the words "not evaluable" and "merged", no enhancement of what is absent, and enhancement that goes with the viable
diameter. Cytology alone may be known of fluid that was not imaged.
"""

from __future__ import annotations

from fractions import Fraction

from chance import Chance, seldom
from mrecist_oracle import Facts, ScannedLesion
from patient_targets import measured
from patients import a_patient, new_lesions
from response_patient import Lesion, Patient, Reading

NECROSIS = (0, 1, 50, 200)
"""Tenths of a millimetre that do not enhance."""

NODULE_FIRST = (80, 99, 100, 101, 120)
NODULE_STEPS = (0, 49, 50, 51, 99, 100, 101, -20, -60)
PORTA_HEPATIS = (100, 150, 199, 200, 201, None)
YES_NO_UNKNOWN = (True, False, None)
NOTHING = Facts()
DEAD = Fraction(0)
VIABLE_PART = (0, 50, 99, 100, 150)
"""Tenths of a millimetre of a new nodule; no more than the whole where that was measured."""


def a_scanned_patient(chance: Chance) -> tuple[Patient, list[ScannedLesion]]:
    """A generated patient as RECIST 1.1 is told of it, with the site and facts of each lesion beside it.

    The lengths that the generator put on the limits of response become the viable ones of a lesion in the liver. New
    lesions are more than there, since most rules of mRECIST are about them.
    """
    patient = a_patient(chance)
    if seldom(chance, 3):
        patient.lesions = [*patient.lesions, *new_lesions(chance, len(patient.days) - 1)]
    scanned = [scanned_lesion(chance, lesion) for lesion in patient.lesions]
    patient.lesions = [x.lesion for x in scanned]
    return patient, scanned


def scanned_lesion(chance: Chance, lesion: Lesion) -> ScannedLesion:
    """The lesion at a site that its kind can be at."""
    if lesion.kind == "target":
        return liver_target(chance, lesion) if not lesion.node and not seldom(chance, 4) else as_it_is(lesion)
    if lesion.node:
        return porta_hepatis_node(chance, lesion) if chance.one_of((False, True)) else as_it_is(lesion)
    site = chance.one_of(("liver", "liver", "effusion", "elsewhere"))
    if site == "elsewhere":
        return as_it_is(lesion)
    if site == "liver" and lesion.kind == "new":
        return new_nodule(chance, lesion)
    facts = [
        liver_non_target(chance, reading)
        if site == "liver"
        else Facts(cytology_positive=True if seldom(chance, 4) else chance.one_of((False, None)))
        for reading in lesion.readings
    ]
    return ScannedLesion(lesion, site, facts)


def liver_non_target(chance: Chance, reading: Reading) -> Facts:
    """Whether a non-target of the liver is enhanced, in words or as a viable diameter."""
    if reading.state == "not_assessed":
        return NOTHING
    enhancing = chance.one_of((False, None) if reading.state == "absent" else YES_NO_UNKNOWN)
    if enhancing is None or reading.state == "not_evaluable" or not seldom(chance, 3):
        return Facts(enhancing=enhancing)
    viable = Fraction(chance.one_of((1, 5, 12))) if enhancing else DEAD
    return Facts(viable_mm=viable, enhancing=chance.one_of((enhancing, None)))


def as_it_is(lesion: Lesion) -> ScannedLesion:
    return ScannedLesion(lesion, "elsewhere", [NOTHING] * len(lesion.readings))


def liver_target(chance: Chance, lesion: Lesion) -> ScannedLesion:
    """Its lengths become viable ones, inside a whole that is as long or longer; now and then one was not read."""
    readings, facts = [], []
    for reading in lesion.readings:
        if reading.mm is None:
            readings.append(reading)
            parts: tuple[Fraction, ...] = (DEAD,) if reading.state in ("too_small", "absent", "treated") else ()
            if reading.state == "too_small":
                parts += (Fraction(3), Fraction(99, 10))
            facts.append(Facts(viable_mm=chance.one_of(parts)) if parts and seldom(chance, 4) else NOTHING)
        else:
            readings.append(measured(int(reading.mm * 10) + chance.one_of(NECROSIS)))
            facts.append(NOTHING if seldom(chance, 20) else Facts(viable_mm=reading.mm))
    return ScannedLesion(Lesion("target", False, readings), "liver", facts)


def new_nodule(chance: Chance, lesion: Lesion) -> ScannedLesion:
    """A new nodule of the liver of about 10 mm that grows by about 10 mm, or does not."""
    length = chance.one_of(NODULE_FIRST)
    readings, facts = [], []
    for reading in lesion.readings:
        sized = reading.state != "not_seen" and not seldom(chance, 5)
        readings.append(Reading(reading.state, Fraction(length, 10)) if sized else reading)
        facts.append(pattern(chance, readings[-1]))
        if reading.state != "not_seen":
            length = max(1, length + chance.one_of(NODULE_STEPS))
    return ScannedLesion(Lesion("new", False, readings), "liver", facts)


def pattern(chance: Chance, reading: Reading) -> Facts:
    """How a new nodule of the liver takes up contrast; now and then its viable part was measured, alone or not."""
    if reading.state == "not_seen":
        return NOTHING
    enhancing, washout = chance.one_of(YES_NO_UNKNOWN), chance.one_of(YES_NO_UNKNOWN)
    if reading.state not in ("equivocal", "unequivocal") or not seldom(chance, 2):
        return Facts(enhancing=enhancing, washout=washout)
    longest = VIABLE_PART[-1] if reading.mm is None else int(reading.mm * 10)
    viable = Fraction(min(longest, chance.one_of(VIABLE_PART)), 10)
    return Facts(viable_mm=viable, enhancing=chance.one_of((viable > 0, None)), washout=washout)


def porta_hepatis_node(chance: Chance, lesion: Lesion) -> ScannedLesion:
    """A node of the porta hepatis; a new one beside its own limit."""
    readings = list(lesion.readings)
    if lesion.kind == "new":
        for v, reading in enumerate(readings):
            size = chance.one_of(PORTA_HEPATIS) if reading.state in ("equivocal", "unequivocal") else None
            readings[v] = Reading(reading.state, None if size is None else Fraction(size, 10))
    return ScannedLesion(Lesion(lesion.kind, True, readings), "porta_hepatis_node", [NOTHING] * len(readings))
