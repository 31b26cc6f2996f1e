"""Records: a trial's data as SDTM-shaped tables, read from CSV or XPT, typed and checked as a whole.

``load_records`` reads a folder, ``Records.from_tables`` takes tables in memory through the same checks, and
``save_records`` writes what either gave. Nothing is coerced: a cell that cannot be read is a finding.
"""

from onearm.records.dates import PartialDate, first_of, last_of, partial_date, precision_of
from onearm.records.decisions import RecordedDecision
from onearm.records.load import load_records
from onearm.records.performed import select_performed
from onearm.records.records import Records
from onearm.records.save import save_records
from onearm.records.schema import LENGTH_COLUMN, ROW_COLUMN, SCHEMAS

__all__ = [
    "LENGTH_COLUMN",
    "ROW_COLUMN",
    "SCHEMAS",
    "PartialDate",
    "RecordedDecision",
    "Records",
    "first_of",
    "last_of",
    "load_records",
    "partial_date",
    "precision_of",
    "save_records",
    "select_performed",
]
