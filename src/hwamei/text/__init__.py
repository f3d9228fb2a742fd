"""From what a user writes to what an engine speaks: normalise, split, tell the language, pronounce.

The door is `hwamei.text.plan.plan`. Everything here keeps the offsets of the user's own text.
"""
