"""Generated patients with the further facts of mRECIST: viable sums, nodules and nodes on the limits, fluid."""

from __future__ import annotations

from fractions import Fraction

from chance import Chance, seldom
from mrecist_oracle import Facts, ScannedLesion
from patient_targets import measured
from patients import a_patient
from response_patient import Lesion, Patient, Reading

NECROSIS = (0, 1, 50, 200)
"""Tenths of a millimetre that do not enhance."""

NODULE_FIRST = (80, 99, 100, 101, 120)
NODULE_STEPS = (0, 49, 50, 51, 99, 100, 101, -20)
PORTA_HEPATIS = (100, 150, 199, 200, 201, None)
YES_NO_UNKNOWN = (True, False, None)
NOTHING = Facts()


def a_scanned_patient(chance: Chance) -> tuple[Patient, list[ScannedLesion]]:
    """A generated patient as RECIST 1.1 is told of it, with the site and facts of each lesion beside it.

    The lengths that the generator put on the limits of response become the viable ones of a lesion in the liver.
    """
    patient = a_patient(chance)
    scanned = [scanned_lesion(chance, lesion) for lesion in patient.lesions]
    patient.lesions = [x.lesion for x in scanned]
    return patient, scanned


def scanned_lesion(chance: Chance, lesion: Lesion) -> ScannedLesion:
    """The lesion at a site that its kind can be at."""
    if lesion.kind == "target":
        return liver_target(chance, lesion) if not lesion.node and not seldom(chance, 4) else as_it_is(lesion)
    if lesion.node:
        return porta_hepatis_node(chance, lesion) if chance.one_of((False, True)) else as_it_is(lesion)
    site = chance.one_of(("liver", "effusion", "elsewhere"))
    if site == "elsewhere":
        return as_it_is(lesion)
    if site == "liver" and lesion.kind == "new":
        return new_nodule(chance, lesion)
    facts = [
        Facts(enhancing=chance.one_of(YES_NO_UNKNOWN))
        if site == "liver"
        else Facts(cytology_positive=True if seldom(chance, 4) else chance.one_of((False, None)))
        for _ in lesion.readings
    ]
    return ScannedLesion(lesion, site, facts)


def as_it_is(lesion: Lesion) -> ScannedLesion:
    return ScannedLesion(lesion, "elsewhere", [NOTHING] * len(lesion.readings))


def liver_target(chance: Chance, lesion: Lesion) -> ScannedLesion:
    """Its lengths become viable ones, inside a whole that is as long or longer; now and then one was not read."""
    readings, facts = [], []
    for reading in lesion.readings:
        if reading.mm is None:
            readings.append(reading)
            facts.append(Facts(viable_mm=Fraction(0)) if seldom(chance, 4) else NOTHING)
        else:
            readings.append(measured(int(reading.mm * 10) + chance.one_of(NECROSIS)))
            facts.append(NOTHING if seldom(chance, 20) else Facts(viable_mm=reading.mm))
    return ScannedLesion(Lesion("target", False, readings), "liver", facts)


def new_nodule(chance: Chance, lesion: Lesion) -> ScannedLesion:
    """A new nodule of the liver of about 10 mm that grows by about 10 mm, or does not."""
    length = chance.one_of(NODULE_FIRST)
    readings, facts = [], []
    for reading in lesion.readings:
        sized = reading.state in ("equivocal", "unequivocal") and not seldom(chance, 10)
        readings.append(Reading(reading.state, Fraction(length, 10)) if sized else reading)
        facts.append(Facts(enhancing=chance.one_of(YES_NO_UNKNOWN), washout=chance.one_of(YES_NO_UNKNOWN)))
        if reading.state != "not_seen":
            length = max(1, length + chance.one_of(NODULE_STEPS))
    return ScannedLesion(Lesion("new", False, readings), "liver", facts)


def porta_hepatis_node(chance: Chance, lesion: Lesion) -> ScannedLesion:
    """A node of the porta hepatis; a new one beside its own limit."""
    readings = list(lesion.readings)
    if lesion.kind == "new":
        for v, reading in enumerate(readings):
            size = chance.one_of(PORTA_HEPATIS) if reading.state in ("equivocal", "unequivocal") else None
            readings[v] = Reading(reading.state, None if size is None else Fraction(size, 10))
    return ScannedLesion(Lesion(lesion.kind, True, readings), "porta_hepatis_node", [NOTHING] * len(readings))
