"""The papers of an evaluation: the table of the main indicators and the draft of the report, made from frozen figures.

One content model, four formats; the same question gives the same bytes.
"""
