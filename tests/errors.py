"""All errors that there are."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Sequence

from hwamei.domain.errors import HwameiError


def all_errors(*more: str) -> Sequence[type[HwameiError]]:
    """Every class of error of the domain and the web, and of these modules."""
    modules = map(importlib.import_module, ("hwamei.domain.errors", "hwamei.web.refusals", *more))
    found = {kind for module in modules for _, kind in inspect.getmembers(module, inspect.isclass)}
    return sorted(
        (kind for kind in found if issubclass(kind, HwameiError) and kind is not HwameiError),
        key=lambda kind: kind.__name__,
    )
