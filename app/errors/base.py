"""What every error has, and the body it becomes (RFC 9457 problem+json)."""

from collections.abc import Mapping
from typing import ClassVar, Self

from pydantic import BaseModel, Field


class ProblemError(BaseModel):
    """One thing that is wrong with the request."""

    pointer: str = Field(description="JSON pointer to the wrong part: `/query/limit`, `/body/lower/0`.")
    detail: str


class Problem(BaseModel):
    """An error after RFC 9457."""

    type: str = Field(description="Stable name of the kind of error.", examples=["/problems/not-found"])
    title: str = Field(examples=["没有找到"])
    status: int = Field(examples=[404])
    detail: str = Field(examples=["没有编号为“370000-edu-2031”的要点。可用 GET /api/v1/plans 查看已有要点。"])
    instance: str = Field(description="Path of the request.", examples=["/api/v1/plans/370000-edu-2031"])
    request_id: str = Field(description="Also in the header `X-Request-ID` and in the log.")
    errors: list[ProblemError]


class DomainError(Exception):
    """Base of all errors that a caller is told about. `zh` and `en` are templates filled from `params`."""

    status: ClassVar[int] = 400
    slug: ClassVar[str] = "bad-request"
    title: ClassVar[tuple[str, str]] = ("请求有误", "Bad request")
    zh: ClassVar[str] = ""
    en: ClassVar[str] = ""
    pointer: ClassVar[str | None] = None  # to the one part of the request that can be wrong in this way
    headers: Mapping[str, str] = {}

    def __init__(self, *, errors: list[tuple[str, str, str]] | None = None, **params: object) -> None:
        self.params = params
        self.errors = errors or []  # (pointer, Chinese, English)
        if self.pointer:
            self.errors.append((self.pointer, self.detail(english=False), self.detail(english=True)))
        self.conceals = False
        super().__init__(self.detail(english=True))

    def concealing(self) -> Self:
        """This error, answered in the place of a refusal: that something is there is a secret, the attempt is not."""
        self.conceals = True
        return self

    def detail(self, *, english: bool) -> str:
        """The sentence for the caller."""
        return (self.en if english else self.zh).format(**self.params)
