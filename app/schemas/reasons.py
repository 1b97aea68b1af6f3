"""Why a link is proposed, or a task found missing: what was weighed, in words."""

from pydantic import Field

from app.linking import Found
from app.schemas.common import Closed
from app.schemas.opinions import OpinionRead


class FactorRead(Closed):
    """One thing that was weighed. The contributions and `bias` add up; above 0 the answer is yes."""

    name: str = Field(examples=["words"])
    label: str = Field(examples=["任务中的词在这一句中找到的份额"])
    value: float
    weight: float
    contribution: float


class WordRead(Closed):
    """A word of the upper task, its share of the task's weight, and how far it was found."""

    word: str
    weight: float
    share: float
    found: Found
    upper_term: str | None = Field(description="The thesaurus's term in the task, where it was found through one.")
    lower_term: str | None
    group: str | None


class AlternativeRead(Closed):
    """Another place, or item, that was weighed."""

    lower: str
    lower_text: str
    score: float


class ReasonsRead(Closed):
    """The judge's reasons, computed anew from the stored texts with the present model and thesaurus."""

    summary: str
    score: float
    bias: float
    factors: list[FactorRead]
    words: list[WordRead]
    shared_words: list[str] = Field(description="For two items: telling words that both hold.")
    alternatives: list[AlternativeRead]
    opinion: OpinionRead | None = Field(description="A second reader's opinion on the task; null where there is none.")
