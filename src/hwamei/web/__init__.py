"""What all dialects share on the way in and out: limits, errors, ranges, streams, health, metrics. Knows no vendor."""
