"""The engine without weights: voices are tones. For tests and for trying the service out."""
