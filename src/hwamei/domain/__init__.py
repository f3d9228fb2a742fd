"""What the product is about: values and rules. Knows no HTTP, files, clock or chance."""
