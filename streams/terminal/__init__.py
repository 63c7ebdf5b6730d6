"""What people see in a terminal: articles as they are tagged, dead letters, tables, a summary.

Everything that comes from articles goes through `plain_text`, so that no article can move the cursor, set a title or
spoof a line. Without colour nothing is lost: what a colour says, a word or a sign says too.
"""
