"""Text to utterances: normalise, split, find the language, pronounce."""
