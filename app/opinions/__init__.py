"""A second reader's opinion on doubtful verdicts: the questions, the check of the answers, and who is asked.

Knows the texts and the chat interface, no store and no web. Nothing here sends anything before an operator has named
an address, and then only there.
"""

from app.opinions.answers import Checked, Finding, Thrown, Why, check
from app.opinions.batch import Answered, NotABatchError, question_id, read_batch, request_line
from app.opinions.chat import Chat, Failure, Limits, NoAnswerError, Reply
from app.opinions.prompts import VERSION, Prompt, prompt
from app.opinions.questions import Question, ShownItem, pose, questions, tokens

__all__ = [
    "VERSION",
    "Answered",
    "Chat",
    "Checked",
    "Failure",
    "Finding",
    "Limits",
    "NoAnswerError",
    "NotABatchError",
    "Prompt",
    "Question",
    "Reply",
    "ShownItem",
    "Thrown",
    "Why",
    "check",
    "pose",
    "prompt",
    "question_id",
    "questions",
    "read_batch",
    "request_line",
    "tokens",
]
