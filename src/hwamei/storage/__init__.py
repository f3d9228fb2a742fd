"""Where voices are kept."""
