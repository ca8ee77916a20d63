"""What was generated so far, and how it is deleted."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import BeforeValidator, Field

from gpt2_service.api.deletions import delete_in_batches
from gpt2_service.api.dependencies import OwnerOf, ServicesOf
from gpt2_service.api.guard import GuardedRoute
from gpt2_service.api.responses import TAKES_REQUEST_ID, error_responses, no_content, success
from gpt2_service.api.rfc3339 import date_time
from gpt2_service.api.schemas import (
    DEFAULT_PAGE_RECORDS,
    MAX_RECORD_ID,
    Deleted,
    Page,
    Record,
    StrictModel,
    integer_literal,
)
from gpt2_service.errors import (
    RecordNotFoundError,
    ServiceStoppingError,
    StoreFullError,
    StoreUnavailableError,
)
from gpt2_service.store.repository import Filter

router = APIRouter(prefix="/history", tags=["history"], route_class=GuardedRoute)

LINKS = {
    "newest": {
        "operationId": "getRecord",
        "parameters": {"record_id": "$response.body#/items/0/id"},
        "description": "The newest record of this page.",
    },
    "next": {
        "operationId": "listHistory",
        "parameters": {"before": "$response.body#/next_before"},
        "description": "The next page; a filter is to be repeated.",
    },
}

# Validators stand after the constraints, or the document loses these.
Limit = Annotated[
    int,
    Query(ge=1, le=100, description="The most records to return."),
    BeforeValidator(integer_literal),
]
Before = Annotated[
    int | None,
    Query(
        ge=1,
        le=MAX_RECORD_ID,
        description="Only records that come after this one in the list: with a smaller id, or, "
        "where the list is filtered, created earlier. Any id is a valid cursor, whether there is "
        "such a record or not.",
    ),
    BeforeValidator(integer_literal),
]
Model = Annotated[
    str | None,
    Query(min_length=1, max_length=256, description="Only records of this `model_name`."),
]
CreatedFrom = Annotated[
    datetime | None,
    Query(description="Only records created at or after this moment (RFC 3339)."),
    BeforeValidator(date_time),
]
CreatedTo = Annotated[
    datetime | None,
    Query(description="Only records created before this moment (RFC 3339)."),
    BeforeValidator(date_time),
]
RecordIdInPath = Annotated[
    int,
    Path(ge=1, le=MAX_RECORD_ID, description="The id of a record."),
    BeforeValidator(integer_literal),
]


class Deletion(StrictModel):
    """Which records to delete; an unknown key, such as a mistyped filter, must not delete more."""

    # Required: nobody deletes everything by leaving something out. Of optional filters no document
    # could say that one of them must be there.
    created_to: Annotated[
        datetime,
        Field(
            description="Only records created before this moment (RFC 3339); one in the future is "
            "all."
        ),
        BeforeValidator(date_time),
    ]
    created_from: CreatedFrom = None
    model: Model = None


@router.get(
    "",
    operation_id="listHistory",
    openapi_extra=TAKES_REQUEST_ID,
    summary="List records, newest first",
    description="A filter keeps the records that match all of it, in the order of their "
    "`created_at`; the next page takes the same filter. What a text contains is no filter: no "
    "index bounds the cost of one.",
    responses={
        **success("A page of records", links=LINKS),
        **error_responses(StoreUnavailableError, ServiceStoppingError, validation=True),
    },
)
async def list_history(
    services: ServicesOf,
    owner: OwnerOf,
    limit: Limit = DEFAULT_PAGE_RECORDS,
    before: Before = None,
    model: Model = None,
    created_from: CreatedFrom = None,
    created_to: CreatedTo = None,
) -> Page:
    wanted = Filter(model, created_from, created_to)
    # One more than asked for tells whether there is a next page.
    found = await services.read(services.history.page, limit + 1, before, wanted, owner)
    items = [Record.model_validate(record) for record in found[:limit]]
    return Page(items=items, next_before=items[-1].id if len(found) > limit else None)


@router.get(
    "/{record_id}",
    operation_id="getRecord",
    openapi_extra=TAKES_REQUEST_ID,
    summary="Read one record",
    responses={
        **success("The record"),
        **error_responses(
            RecordNotFoundError, StoreUnavailableError, ServiceStoppingError, validation=True
        ),
    },
)
async def get_record(services: ServicesOf, owner: OwnerOf, record_id: RecordIdInPath) -> Record:
    record = await services.read(services.history.get, record_id, owner)
    if record is None:
        raise RecordNotFoundError(record_id)
    return Record.model_validate(record)


@router.delete(
    "",
    operation_id="deleteHistory",
    openapi_extra=TAKES_REQUEST_ID,
    summary="Delete records, the oldest first",
    description="Deletes what matches all of the filter, as `deleteRecord` does, a hundred records "
    "at a time; what others do is not held up. Where there is an error, a part of it may be "
    "deleted.",
    responses={
        **success("What was deleted"),
        **error_responses(
            StoreUnavailableError, ServiceStoppingError, StoreFullError, validation=True
        ),
    },
)
async def delete_history(
    services: ServicesOf,
    owner: OwnerOf,
    wanted: Annotated[Deletion, Query()],
) -> Deleted:
    span = Filter(wanted.model, wanted.created_from, wanted.created_to)
    return await delete_in_batches(
        lambda: services.write(services.history.delete_batch, span, owner)
    )


@router.delete(
    "/{record_id}",
    operation_id="deleteRecord",
    openapi_extra=TAKES_REQUEST_ID,
    summary="Delete one record",
    description="Deleted for good, and on the disk before the answer; its id is never used again.",
    status_code=204,
    responses={
        **no_content("The record is deleted"),
        **error_responses(
            RecordNotFoundError,
            StoreUnavailableError,
            ServiceStoppingError,
            StoreFullError,
            validation=True,
        ),
    },
)
async def delete_record(services: ServicesOf, owner: OwnerOf, record_id: RecordIdInPath) -> None:
    if not await services.write(services.history.delete, record_id, owner):
        raise RecordNotFoundError(record_id)
