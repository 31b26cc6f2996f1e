"""What is remarkable about the baselines: too old, or without a reading of a target."""

from __future__ import annotations

import numpy as np

from onearm.derive.days import NO_ROW, DayReader
from onearm.derive.followed import Course
from onearm.derive.readings import Readings
from onearm.errors import Finding, Place
from onearm.kernels.rules import NEVER
from onearm.protocol.options import ResponseOptions
from onearm.terms import TargetState


def check_baselines(readings: Readings, options: ResponseOptions, course: Course, reader: DayReader) -> None:
    """Warnings D013 (older than ``baseline_window_days``) and D014 (a target that was not read at baseline)."""
    lesions, start = readings.lesions, readings.lesions.visit_start
    first = start[:-1]
    age = course.reference.day.astype(np.int64) - readings.first_day[first]
    old = readings.has_baseline & (course.reference.day != NEVER) & (age > options.baseline_window_days)
    for number in np.flatnonzero(old):
        values = {"days": str(int(age[number])), "limit": str(options.baseline_window_days)}
        row = int(readings.visit_row[first[number]])
        place = Place("TR", path="TRDTC", row=row, subject=course.subjects[int(number)])
        reader.findings.append(Finding("D013", place, values, "warning"))
    subject = readings.targets.subject
    cell = lesions.target_cell[subject] + np.arange(len(subject)) - lesions.target_start[subject]
    unread = (lesions.target_state[cell] == TargetState.NOT_ASSESSED) & readings.has_baseline[subject]
    for lesion in np.flatnonzero(unread):
        row = int(readings.target_row[cell[lesion]])
        place = Place(
            "TR",
            path="TRLNKID",
            row=None if row == NO_ROW else row,
            subject=course.subjects[int(subject[lesion])],
        )
        values = {"lesion": readings.targets.name_of(int(lesion), readings.lesion_names)}
        reader.findings.append(Finding("D014", place, values, "warning"))
