"""What can go wrong."""


class CompileError(Exception):
    """The source is wrong. The text is the rendered diagnostics, with source excerpts and what to do."""


class CompileWarning(UserWarning):
    """The source is probably not meant as it is written: a mistyped name, a value that is used before it is set."""


class CallError(Exception):
    """A call was refused before anything ran, or failed while it ran (a callback raised; see ``__cause__``)."""

    #: What ``tradewind explain`` explains.
    code: str = "TW0708"


class CallTypeError(CallError, TypeError):
    """A wrong number of arguments, a number for an array, a wrong dtype or rank, an object whose memory cannot be used."""

    code = "TW0701"


class CallValueError(CallError, ValueError):
    """Arrays that are too small, a wrong origin or domain, a read-only output, outputs that share memory."""

    code = "TW0704"


class CallMemoryError(CallError, MemoryError):
    """A program's own fields need more memory than there is; the text says how much. Nothing has run."""

    code = "TW0712"


class CallIndexError(CallError, IndexError):
    """A data-dependent level or data index does not exist. The text names the stencil, the line, the point and the value; outputs
    hold what was computed so far."""

    code = "TW0710"
