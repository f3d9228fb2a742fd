"""The Chanjing (蝉镜) dialect under /open/v1 and /api/open/v1: cloned and public voices, speech tasks, uploads."""
