"""What a health check answers."""

from typing import Literal

from app.schemas.common import Closed


class Health(Closed):
    """All is well; anything else is an error."""

    status: Literal["ok"]
