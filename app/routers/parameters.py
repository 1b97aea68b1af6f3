"""Parameters that several resources take."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, File, Form, Header, Path, Query, Request, UploadFile

from app import permissions
from app.errors import wants_english
from app.schemas.common import Counted, Domain, Note, PlaceName, Year
from app.schemas.plans import ImportOptions
from app.services.readings import import_options

PREFIX = permissions.PREFIX

PlanKey = Annotated[
    str,
    Path(
        max_length=64,
        description="Key of a plan: `{adcode}-{domain}-{year}`.",
        openapi_examples={"shandong": {"summary": "Shandong, education, 2020", "value": "370000-edu-2020"}},
    ),
]
LowerPlanKey = Annotated[
    str,
    Path(
        max_length=64,
        description="Key of a lower plan of the same cascade.",
        openapi_examples={"linyi": {"summary": "Linyi, education, 2020", "value": "371300-edu-2020"}},
    ),
]
# No plan has a million items; the bound keeps a number within what a database column holds.
ItemNumber = Annotated[int, Path(ge=1, le=999_999, description="Number of an item.", examples=[8])]
TaskNumber = Annotated[int, Path(ge=1, le=999_999, description="Number of a task of the item.", examples=[4])]
AdcodeFilter = Annotated[
    str | None, Query(max_length=20, description="Only this jurisdiction, by its six-digit code.", examples=["371300"])
]
DomainFilter = Annotated[str | None, Query(max_length=32, description="Only this domain.", examples=["edu"])]
YearFilter = Annotated[int | None, Query(ge=1, le=9999, description="Only this year.", examples=[2020])]
Words = Annotated[str | None, Query(max_length=200, description="Only where these words occur.")]


CountedFilter = Annotated[
    Counted,
    Query(
        alias="basis",
        description="Which links count: `all` that stand, proposals too, or only `confirmed` ones; "
        "with those, a task that only proposals carry is carried by nobody.",
    ),
]
# Printable ASCII, as headers are; clients send a UUID.
OnceKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=200,
        pattern=r"^[\x21-\x7e]+$",
        description="A name of the sender's for this request. Sent again within a week, it is answered as before and done "
        "only once; with other contents it is 422.",
    ),
]


def _english(request: Request) -> bool:
    """Whether the answer's sentences are wanted in English."""
    return wants_english(request)


English = Annotated[bool, Depends(_english)]


@dataclass(frozen=True, slots=True)
class Uploaded:
    """A document that came with a form, and what the form says of it."""

    data: bytes
    options: ImportOptions


def _uploaded(
    file: Annotated[UploadFile, File(description="The document as it is.")],
    adcode: Annotated[str | None, Form(max_length=20, description="Whose plan, if the document does not say.")] = None,
    name: Annotated[
        PlaceName | None, Form(description="The jurisdiction's name; a new code is registered with it on import.")
    ] = None,
    domain: Annotated[Domain | None, Form(description="Which domain, if the document does not say.")] = None,
    year: Annotated[Year | None, Form(description="For which year, if the document does not say.")] = None,
    edition_note: Annotated[Note | None, Form(description="A note kept with the edition.")] = None,
    corrections: Annotated[
        str | None,
        Form(
            description="JSON, as a preview takes and shows it: `lines` (what a line of the text is) and `metadata`.",
            examples=[
                '{"lines": [{"start": 120, "kind": "section", "level": 1}], "metadata": {"issuer": "某市教育局"}}'
            ],
        ),
    ] = None,
) -> Uploaded:
    options = import_options(
        filename=file.filename or "upload",
        adcode=adcode,
        name=name,
        domain=domain,
        year=year,
        edition_note=edition_note,
        corrections=corrections,
    )
    return Uploaded(file.file.read(), options)


Upload = Annotated[Uploaded, Depends(_uploaded)]
