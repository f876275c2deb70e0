"""Cells of a workbook by what a person sees in them: numbers through their formats, words without their escapes.

openpyxl, calamine and others give what is stored; docs/design.md says what was measured. So the XML is read here, and
of it only what says something of cells: a mistake in styles, themes or views keeps nobody's answers out.
"""
