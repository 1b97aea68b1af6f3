"""What a notice's title, a plan's title and an attachment's heading look like."""

import re

from app.documents.text import fold

TITLE_END = re.compile(r"(?:通知|意见|函|公告|决定|通报|批复)(?:[（(].{1,12}[）)])?$")
PLAN_TITLE = re.compile(
    r"(?:工作要点|重点工作|工作计划|工作安排|工作思路|工作部署|要点|实施方案|行动计划|行动方案)(?:[（(].{1,12}[）)])?$"
)
ABOUT = re.compile(r"[关關][于於]")
YEAR = re.compile(r"(?:19|20)[0-9]{2}\s*[-—–－]?|[二][〇○零]..年")
_ATTACHMENT = re.compile(r"附[件表录](?:[0-9]{1,2}|[一二三四五六七八九十]{1,3})?[：:]?")
_ATTACHMENTS = re.compile(r"附[件表录]?(?:[0-9]{1,2}|[一二三四五六七八九十]{1,3})?[：:].+")
_ISSUES = re.compile(r"印发[《〈]?(.+?)[》〉]?的?通知")
LONGEST_LINE = 60  # characters of a title's line


def is_attachment_heading(text: str) -> bool:
    """Whether a line is nothing but the heading of an attachment: 附件, 附件1, 附表：."""
    return len(text) <= 20 and _ATTACHMENT.fullmatch(fold(text)) is not None  # 20: with spaces between the signs


def names_attachments(text: str) -> bool:
    """Whether a line names attachments behind a colon: 附件：1.分工表."""
    return _ATTACHMENTS.match(fold(text[:100])) is not None


def is_plan_title(text: str) -> bool:
    """Whether a line ends as a plan's title does, and names a year: a section is called 重点工作, too."""
    plain = fold(text) if len(text) <= LONGEST_LINE else ""
    return PLAN_TITLE.search(plain) is not None and YEAR.search(plain) is not None


def issued_title(text: str) -> str | None:
    """The folded title of what a notice issues: 关于印发《2020年工作要点》的通知."""
    match = _ISSUES.search(fold(text[:300]))
    return match.group(1) if match else None
