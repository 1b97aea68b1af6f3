"""Who is calling."""

from fastapi import APIRouter, Response

from app.auth import Caller
from app.errors import responses
from app.routers.parameters import PREFIX
from app.schemas.access import CallerRead

router = APIRouter(prefix=f"{PREFIX}/caller", tags=["access"])


@router.get("", responses=responses(), summary="当前身份 / Who is calling")
def read_caller(caller: Caller, response: Response) -> CallerRead:
    """The caller as the audit names him, his role and jurisdiction; docs/access.md says what each role may do."""
    response.headers["Cache-Control"] = "no-store"
    return CallerRead(subject=caller.subject, role=caller.role, adcode=caller.adcode, csrf_token=caller.csrf_token)
