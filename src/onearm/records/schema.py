"""Every table that a folder of records may hold, by the name of its SDTM domain."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from onearm.records.schema_measures import LB, QS, VS
from onearm.records.schema_model import Column, TableSchema, code, date, identifier, integer, text
from onearm.records.schema_subject import DD, DM, DS, DV, IE, MH, SS, SV
from onearm.records.schema_supplement import SUPPAE
from onearm.records.schema_treatment import AE, CM, EC, EX, PR
from onearm.records.schema_tumour import LENGTH_COLUMN, RS, TR, TU

ROW_COLUMN = "_ROW"
"""Added to every table: the row in the source file, counted with the header as row 1."""

SCHEMAS: Mapping[str, TableSchema] = MappingProxyType(
    {
        schema.name: schema
        for schema in (DM, IE, MH, CM, PR, EC, EX, TU, TR, RS, AE, LB, VS, QS, DS, SV, SS, DD, DV, SUPPAE)
    }
)
"""The tables of the subjects, demographics first."""

DECISIONS = TableSchema(
    "DECISIONS",
    "Recorded decisions",
    (
        date("DECDTC").valued(),
        integer("STAGE").valued(),
        identifier("CUTDIGEST").valued(),
        *(column.valued() for column in text("SUBJECTS")),
        integer("N1").valued(),
        integer("X1").valued(),
        code("ACTION", "continue", "stop_futility", "stop_efficacy", "success", "failure").valued(),
        *(column.valued() for column in text("WHO")),
        *(column.present() for column in text("REASON")),
        identifier("PROTOCOL").valued(),
    ),
    key=("STAGE",),
    results=("DECDTC", "CUTDIGEST", "SUBJECTS", "N1", "X1", "ACTION", "WHO", "REASON", "PROTOCOL"),
)
"""The file beside the domains that says what was decided, by whom, on which records."""

__all__ = ["DECISIONS", "LENGTH_COLUMN", "ROW_COLUMN", "SCHEMAS", "Column", "TableSchema"]
