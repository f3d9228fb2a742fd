"""How English is pronounced: dictionary, endings, context, and letter-to-sound for the rest."""
