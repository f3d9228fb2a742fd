"""Vocu's API: voices with styles, speech at once, and tasks of several contents."""
