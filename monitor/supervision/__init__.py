"""Supervision by data (非现场监督): request, notice, analysis, report, putting right; and what on site needs.

The source is the register of duties of a provincial administration (三、事中事后监管制度). Where a unit's reports stand
is always asked of the store of figures; a supervision holds no copy of them.
"""
