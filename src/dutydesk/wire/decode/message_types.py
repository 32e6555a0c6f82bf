"""The table of message types with the model that validates each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from dutydesk.domain.messages.message import MessageType
from dutydesk.wire.decode import models

#: Each raises ``pydantic.ValidationError`` for a wrong shape.
VALIDATORS: Final[Mapping[str, Callable[[object], object]]] = MappingProxyType(
    {
        MessageType.DIFFUSION.value: models.DIFFUSION.validate_python,
        MessageType.NOTICE_REQUEST.value: models.NOTICE_REQUEST.validate_python,
        MessageType.CORRECTION.value: models.CORRECTION.validate_python,
        MessageType.WITHDRAWAL.value: models.WITHDRAWAL.validate_python,
        MessageType.INFORMATION.value: models.INFORMATION.validate_python,
        MessageType.RESPONSE.value: models.RESPONSE.validate_python,
        MessageType.RECALL_CONFIRMATION.value: models.RECALL_CONFIRMATION.validate_python,
        MessageType.RESTRICTION.value: models.RESTRICTION.validate_python,
        MessageType.CHECK.value: models.CHECK.validate_python,
        MessageType.MESSAGE.value: models.CORRESPONDENCE.validate_python,
    }
)
