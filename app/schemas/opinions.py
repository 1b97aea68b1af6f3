"""Second opinions: what they would cost, what was said, and what came of a batch of them."""

from datetime import datetime

from pydantic import Field

from app.linking import Coverage
from app.schemas.common import Closed


class OpinionEstimate(Closed):
    """What asking would take. Tokens are rather too many than too few; prices are those of the settings."""

    questions: int
    tasks: int
    tokens_in: int
    tokens_out: int
    most_tokens: int = Field(description="Tokens of the longest question.")
    seconds: float = Field(
        description="From how long this model took before; 10 seconds a question where it never did."
    )
    cost: float


class OpinionQuote(Closed):
    """What a second reader quotes as evidence: a verbatim piece of a lower item."""

    lower: str = Field(examples=["371300-edu-2020/18"])
    start: int
    end: int
    text: str


class OpinionRead(Closed):
    """What a second reader says of the task, and what the words alone would say."""

    verdict: Coverage
    reason: str = Field(description="As the reader wrote it; may be wrong.")
    quotes: list[OpinionQuote]
    words_score: float = Field(description="The score by words alone.")
    weight: float = Field(
        description="What the opinion adds to the logit of a place that it quotes, or takes from all."
    )
    model: str
    prompt: str = Field(description="Version of the prompt.")
    answered_at: datetime


class OpinionThrown(Closed):
    """Something of an answer that was thrown away."""

    question: str = Field(description="The `custom_id`.")
    task: str | None
    why: str
    detail: str


class OpinionImportRead(Closed):
    """What became of a batch of answers. What was thrown away leaves the words' verdict as it is."""

    answers: int
    stored: int
    unchanged: int = Field(description="Answers that were there already.")
    findings: int = Field(description="Tasks on which the stored answers say something that holds.")
    thrown: dict[str, int] = Field(description="What was thrown away, by the reason.")
    details: list[OpinionThrown] = Field(description="Each of them, at most 1,000.")
    tokens_in: int
    tokens_out: int
    link_runs: list[str] = Field(description="The link runs that brought the proposals up to the new opinions.")
