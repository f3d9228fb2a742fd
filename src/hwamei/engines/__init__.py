"""One folder per engine. Importing one is cheap; opening it loads its models."""
