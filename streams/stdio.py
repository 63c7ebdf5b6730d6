"""Standard streams: input, output and error, also where the parent process closed them."""

import os
import sys
from pathlib import Path


def open_closed() -> None:
    """Open the null device for closed standard streams, before a file or a connection gets their descriptors.

    Child processes inherit it: otherwise what they write to standard error would go to the file or the connection that
    has its descriptor.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            stream = Path(os.devnull).open(mode, encoding="utf-8")  # noqa: SIM115  # open until the process ends
            os.set_inheritable(stream.fileno(), True)  # noqa: FBT003  # the function's only parameter beside it
            setattr(sys, name, stream)
