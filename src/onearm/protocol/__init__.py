"""The trial as data: the protocol model, its loader, its checks, its versions."""

from __future__ import annotations

from onearm.errors import ProtocolError
from onearm.protocol.check import check_protocol
from onearm.protocol.check_design import design_of, exact_properties
from onearm.protocol.diff import Change, diff_protocols
from onearm.protocol.load import load_alternatives, load_protocol, load_protocol_text, protocol_digest
from onearm.protocol.model import Protocol
from onearm.protocol.questions import OpenQuestion, list_open_questions, missing_for
from onearm.protocol.schema import overlay_schema, protocol_schema
from onearm.protocol.show import Row, describe_protocol
from onearm.protocol.study import check_study

__all__ = [
    "Change",
    "OpenQuestion",
    "Protocol",
    "ProtocolError",
    "Row",
    "check_protocol",
    "check_study",
    "describe_protocol",
    "design_of",
    "diff_protocols",
    "exact_properties",
    "list_open_questions",
    "load_alternatives",
    "load_protocol",
    "load_protocol_text",
    "missing_for",
    "overlay_schema",
    "protocol_digest",
    "protocol_schema",
]
