"""Policy texts read as plans: pure functions from lines to measures, units, dates and doubts.

`plan.draft_of` is the one way in. Every value carries the line and the words that it rests on, and what could fairly
be read in another way becomes a `doubts.Doubt` with both readings.
"""
