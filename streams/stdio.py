"""Standard input, output and error, whatever those who started the process have made of them."""

import os
import sys
from pathlib import Path


def open_closed() -> None:
    """Stand in for standard streams that are closed, before a file or a connection takes their numbers.

    Child processes inherit what stands in: otherwise what they write to standard error would go to whatever has its
    number, or nowhere.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            stream = Path(os.devnull).open(mode, encoding="utf-8")  # noqa: SIM115  # open until the end
            os.set_inheritable(stream.fileno(), True)  # noqa: FBT003  # the function's only parameter beside it
            setattr(sys, name, stream)
