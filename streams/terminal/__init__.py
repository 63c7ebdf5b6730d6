"""Terminal views: articles, dead letters, tables, progress.

All text from articles passes through `plain_text`, so that no article can move the cursor, set the window title or
forge a line. Colour carries no information of its own: a word or a sign says the same.
"""
