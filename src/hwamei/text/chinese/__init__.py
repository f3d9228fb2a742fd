"""How Chinese is pronounced: words, readings by context, tone sandhi, erhua."""
