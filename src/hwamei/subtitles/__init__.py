"""From timed words to cues, and from cues to subtitle files."""
