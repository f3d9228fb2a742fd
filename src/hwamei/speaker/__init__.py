"""Who speaks: speaker embeddings, and whether more than one person is heard."""
