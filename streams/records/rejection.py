"""Rejection: the stage, the reason, and the error that carries both to the dead letter."""

from enum import StrEnum

from streams.errors import CopytasterError


class Stage(StrEnum):
    """The stages of the pipeline, in order; metric labels, headers and documentation share these names."""

    DECODE = "decode"
    CLEAN = "clean"
    IDENTIFY = "identify"
    TAG = "tag"
    ENCODE = "encode"
    ROUTE = "route"
    PUBLISH = "publish"


class RejectReason(StrEnum):
    """Why a record was rejected; metric labels, headers and documentation share these names."""

    NOT_UTF8 = "not_utf8"
    NOT_JSON = "not_json"
    NOT_XML = "not_xml"
    UNKNOWN_FORMAT = "unknown_format"
    SEVERAL_ARTICLES = "several_articles"
    KILL_NOTICE = "kill_notice"
    WITHHELD = "withheld"
    EMBARGOED = "embargoed"
    TOO_DEEP = "too_deep"
    NOT_FINITE = "not_finite"
    NOT_AN_OBJECT = "not_an_object"
    WRONG_TYPE = "wrong_type"
    EMPTY_VALUE = "empty_value"
    NO_TEXT = "no_text"
    TOO_LARGE = "too_large"
    NOT_A_CLOUDEVENT = "not_a_cloudevent"
    WITHDRAWAL_WITHOUT_KEY = "withdrawal_without_key"
    OUTPUT_TOO_LARGE = "output_too_large"
    TOO_SLOW = "too_slow"
    SUPERSEDED = "superseded"
    DEADLINE = "deadline"
    OUT_OF_MEMORY = "out_of_memory"
    PROCESS_DIED = "process_died"
    UNEXPECTED = "unexpected"


CHILD_ENDS = (RejectReason.DEADLINE, RejectReason.OUT_OF_MEMORY, RejectReason.PROCESS_DIED)
"""Reasons that are ends of a child process."""


class PayloadError(CopytasterError):
    """A raw record that can never be tagged: it is rejected, never retried.

    Parameters
    ----------
    stage
        Where the fault was found.
    reason
        The class of the fault.
    message
        One sentence for the scraper's author.
    """

    def __init__(self, stage: Stage, reason: RejectReason, message: str) -> None:
        super().__init__(message)
        self.stage = stage
        self.reason = reason


def undecodable(reason: RejectReason, message: str) -> PayloadError:
    """Return the error of a record that stage `decode` rejects."""
    return PayloadError(Stage.DECODE, reason, message)
