"""What all messages are made of."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Required = Annotated[str, Field(min_length=1)]
"""A text that must be there; an empty one is not."""

Number = Annotated[int, Field(ge=-(10**9), le=10**9)]
"""A number that can be worked with; which ones make sense is for the service to say."""


class Asked(BaseModel):
    """A request. Fields that nobody knows are passed over, as the vendor does."""

    model_config = ConfigDict(frozen=True, extra="ignore")
