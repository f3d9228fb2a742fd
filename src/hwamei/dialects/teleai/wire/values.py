"""What all messages are made of."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Required = Annotated[str, Field(min_length=1)]
"""A text that must be there; an empty one is not."""


class Asked(BaseModel):
    """A request. Fields that nobody knows are passed over, as the vendor does."""

    model_config = ConfigDict(frozen=True, extra="ignore")
