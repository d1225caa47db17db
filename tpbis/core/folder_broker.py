"""Kombu's filesystem transport for the embedded portal, with messages that appear all at once.

As it comes (kombu 5.7), a message can be seen in the folder before its content is written. A worker
that looks at that moment reads half a message and dies of it; on a busy machine that was seen.
"""

import uuid
from pathlib import Path
from time import monotonic_ns
from typing import Any

from kombu.exceptions import ChannelError
from kombu.transport import TRANSPORT_ALIASES, filesystem
from kombu.utils.json import dumps


class Channel(filesystem.Channel):
    # Kombu's two base classes call the message by two names.
    def _put(  # type: ignore[override]
        self, queue: str, payload: dict[str, Any], **kwargs: Any
    ) -> None:
        """Write beside, then rename: the name a worker looks for never holds half a message."""
        folder = Path(self.data_folder_out)
        place = folder / f"{monotonic_ns()}_{uuid.uuid4()}.{queue}.msg"
        draft = place.with_suffix(".draft")
        try:
            draft.write_bytes(dumps(payload).encode())
            draft.replace(place)
        except OSError as error:
            raise ChannelError(f"Cannot add {place.name} to {folder}") from error


class Transport(filesystem.Transport):
    Channel = Channel


TRANSPORT_ALIASES["folder"] = f"{__name__}:Transport"  # what folder:// in a broker's address means
