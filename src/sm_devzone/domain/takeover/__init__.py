"""建账: the office's own ledger of the past, a table of whatever layout, as dated facts.

columns.py says which column is what, rows.py what each row says. Both tell by cell what they cannot know.
"""
