"""One invented story, for the tests of every format."""

TITLE = "Ferry to the island stops"
FIRST = "The ferry to the island of Nordholm stops on Sunday because of the storm, the port authority said."
SECOND = "Germany and Denmark share the line. A ship of the navy will carry medicine, the minister said on Friday."
TEXT = f"{FIRST}\n\n{SECOND}"
HTML = f"<p>{FIRST}</p><p>{SECOND}</p>"
