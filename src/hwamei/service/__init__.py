"""What the product does, in domain words. Calls ports; knows no vendor and no database."""
