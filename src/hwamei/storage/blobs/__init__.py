"""Where the content of files is kept: under its hash, the same content once."""
