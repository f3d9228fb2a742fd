"""The calls, one module for each thing."""

PROJECT = "/v1/{project_id}"
TRAINING = PROJECT + "/voice-training-manage"
USER = TRAINING + "/user"
SPEECH = PROJECT + "/ttsc"
ASSETS = PROJECT + "/digital-assets"
TOKENS = "/v3/auth/tokens"
