"""What reading a document gives: plain values, every one of them with its place in the stored original text.

Offsets are half-open ranges counted in Unicode code points. `start`/`end` of a Task refer to its item's
`text`; every `source_start`/`source_end` refers to `Outline.text`, the decoded original.
"""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class BlockKind(StrEnum):
    """What a stretch of the original is. Blocks lie end to end and together are the whole text."""

    BLANK = "blank"
    FURNITURE = "furniture"  # page numbers, web navigation and footers: not part of the document
    COPY_NUMBER = "copy_number"  # 份号
    URGENCY = "urgency"  # 紧急程度
    SIGNER = "signer"  # 签发人, on a line of its own
    ISSUER_MARK = "issuer_mark"  # 发文机关标志, the red head
    DOCUMENT_NUMBER = "document_number"
    METADATA = "metadata"  # a web page's list of key and value
    TITLE = "title"  # the notice's title
    ADDRESSEE = "addressee"
    NOTICE = "notice"  # the notice's own text: 现将……印发给你们
    SIGNATURE = "signature"
    DATE = "date"
    PLAN_TITLE = "plan_title"
    PREAMBLE = "preamble"
    SECTION = "section"
    ITEM = "item"
    REMARK = "remark"  # 附注: （此件公开发布）
    CONTACT = "contact"  # 联系人
    ATTACHMENT = "attachment"  # 附件: their list (附件说明) and what they hold
    SUBJECT_WORDS = "subject_words"  # 主题词
    COPIES_TO = "copies_to"  # 抄送, 抄报
    IMPRINT = "imprint"  # 印发机关和印发日期, 印数


class Format(StrEnum):
    """What a file turned out to be, by its content."""

    TEXT = "text"
    DOCX = "docx"
    PDF = "pdf"
    HTML = "html"
    XLSX = "xlsx"
    CSV = "csv"
    JSON = "json"


class MarkKind(StrEnum):
    """What is known of a line beyond its words."""

    # Sure: said by a person, or by the structure of the file.
    SECTION = "section"  # the line is a heading of `level`; without one, of its label's, or as its place suggests
    ITEM = "item"  # the line begins an item, numbered or not; what is numbered below it is part of it
    CONTINUES = "continues"  # the line goes on with the line above it, in the same paragraph
    PARAGRAPH = "paragraph"  # the line begins a paragraph of what stands above it, whatever its label looks like
    FURNITURE = "furniture"  # the lines that the range touches are no part of the document
    ATTACHMENT = "attachment"  # an attachment (附件) begins with the line
    # Hints, to be weighed with the words.
    HEADING = "heading"  # the file gives the line a heading's style or outline `level`
    BOLD = "bold"  # the range is emphasised (bold, or another typeface than the body's); corrected: an item's title


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open range of the original text."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Mark:
    """Something known of the line (for BOLD: the range) that holds `start` in a source's text. `level` counts from 1."""

    kind: MarkKind
    start: int
    end: int
    level: int | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of the original text and what it is."""

    kind: BlockKind
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something the reader was unsure of: where it stands, and (in Chinese) what was assumed.

    Kinds of numbering: `numbering_starts_late`, `numbering_restarts`, `number_skipped`, `number_repeated`,
    `label_out_of_series`, `label_inside_sentence`, `label_alone`, `open_before_heading`. Of headings and items:
    `heading_wrapped`, `section_text`, `text_before_points`, `points_as_items`, `paragraph_continues`, `title_wrapped`,
    `title_by_space`, `title_by_colon`, `long_title`, `unbalanced_sign`, `several_deadlines`. Of what stands around
    them: `page_number`, `after_the_plan`, `notice_points`, `unsigned_date`, `published_date`, `incomplete_date`. Of the
    identity: `unknown_place`, `several_places`, `place_inferred`, `domain_inferred`, `year_inferred`. Of Word files:
    `tracked_changes`, `hidden_text`, `footnotes`, `unknown_symbol`, `embedded_document`. Of PDFs: `page_without_text`,
    `page_unreadable`, `recognised_text`, `radicals_replaced`. Of web pages: `encoding_misdeclared`, `broken_characters`,
    `outside_the_document`. Of tables: `hidden_sheet`, `hidden_rows`, `hidden_columns`, `formula_without_value`,
    `cell_error`, `sheet_without_heading`, `unknown_column`, `repeated_columns`, `people_among_units`, `issuer_inferred`.
    Where there are too many to list: `more_doubts`.
    """

    kind: str
    start: int
    end: int
    assumed: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell with text. `row` and `column` count from 0; merged cells are one that covers `rows` × `columns`.

    `start` to `end` is its text's place in the source's text, where each row is a line, its cells separated by tabs.
    """

    row: int
    column: int
    start: int
    end: int
    rows: int = 1
    columns: int = 1


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table, or the stretch of one that stands together in the text: its cells in the order of the text.

    `tasks`: the commitments that the file itself names, in order; None where it names none, as in any spreadsheet.
    """

    name: str
    cells: tuple[Cell, ...]
    tasks: tuple[Span, ...] | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """A file's text with what its format tells beyond the words. `doubts` are about the opening of the file.

    `paragraphs`: each line is a whole paragraph (Word, web pages, spreadsheets), so that no line was wrapped.
    `sheets`: the tables that the text was written out from; a text with tables is read by them, not by its lines.
    """

    format: Format
    media_type: str
    text: str
    marks: tuple["Mark", ...] = ()
    doubts: tuple["Doubt", ...] = ()
    paragraphs: bool = False
    sheets: tuple["Sheet", ...] = ()


@dataclass(frozen=True, slots=True)
class Run:
    """`length` characters of an item's text that stand together in the original.

    The one space kept between Latin words belongs to no run where the original has a line end in its place.
    """

    text_start: int
    source_start: int
    length: int


@dataclass(frozen=True, slots=True)
class Task:
    """One commitment: a verbatim piece of its item's text."""

    number: int
    text: str
    start: int
    end: int
    source_start: int
    source_end: int


@dataclass(frozen=True, slots=True)
class Responsibility:
    """A note behind an item: （责任科室：…；完成时限：…）, as printed. The first-listed unit leads."""

    lead_unit: str | None
    units: tuple[str, ...]
    deadline: str | None


@dataclass(frozen=True, slots=True)
class Item:
    """A point, numbered or (with an empty `label`) not.

    `text` is its printed text without label, line wraps and layout spaces. It begins with `title`, the first sentence
    without its full stop. `section` is an index of Outline.sections. `source_start` (the label's) to `source_end` may
    enclose page furniture, which `runs` leave out.
    """

    number: int
    label: str
    title: str
    text: str
    section: int | None
    source_start: int
    source_end: int
    runs: tuple[Run, ...]
    tasks: tuple[Task, ...]
    responsibility: Responsibility


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, its `label` empty where none is printed; level 1 is 一、, or what stands above it.

    `parent` is the index of the heading above it in `Outline.sections`.
    """

    level: int
    label: str
    title: str
    parent: int | None
    source_start: int
    source_end: int


@dataclass(frozen=True, slots=True)
class Metadata:
    """The document's elements after GB/T 9704, as printed but for line wraps; None where not in the text.

    `places` says where each one was found.
    """

    title: str | None = None
    plan_title: str | None = None
    issuer: str | None = None
    document_number: str | None = None
    issued_on: date | None = None
    addressee: str | None = None
    places: dict[str, Span] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Identity:
    """Which plan a document says it is; None where it does not say. `doubts` tell what was inferred.

    `said_by` names, for each of the three that is known, the element of the document it was read from (`issuer`,
    `title`, …); `said`: a file of data has a field for it; `preamble` and `text` stand for what is before
    the items, and for the whole text.
    """

    adcode: str | None
    domain: str | None
    year: int | None
    doubts: tuple[Doubt, ...] = ()
    said_by: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outline:
    """A document as read. `said`: which plan the file says it is in so many words, where it was exported as one."""

    text: str
    blocks: tuple[Block, ...]
    metadata: Metadata
    sections: tuple[Section, ...]
    items: tuple[Item, ...]
    doubts: tuple[Doubt, ...]
    said: Identity | None = None


class DocumentError(ValueError):
    """The bytes cannot be read as a plan. `kind` is stable; `zh` and `en` say what is wrong and what to do."""

    def __init__(self, kind: str, zh: str, en: str) -> None:
        super().__init__(en)
        self.kind = kind
        self.zh = zh
        self.en = en
