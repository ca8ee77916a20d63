"""The welcome: a message for programs, a page for people."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from gpt2_service.api.dependencies import ServicesOf
from gpt2_service.api.page import assets
from gpt2_service.api.page.negotiation import prefers_html
from gpt2_service.api.page.rendering import page
from gpt2_service.api.responses import REQUEST_ID, TAKES_REQUEST_ID, error_responses, success
from gpt2_service.api.schemas import Welcome

router = APIRouter(tags=["service"])

VARY = {"Vary": "Accept"}
# Nothing runs, and nothing is sent, that is not a file or an operation of this service.
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    )
)
PAGE_HEADERS = {
    **VARY,
    **assets.HEADERS,
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "no-referrer",
}
DOCUMENTED_VARY = {
    "Vary": {
        "description": "That the answer depends on `Accept` (RFC 9110, section 12.5.5).",
        "required": True,
        "schema": {"const": "Accept", "type": "string"},
    }
}


@router.get(
    "/",
    operation_id="getRoot",
    openapi_extra=TAKES_REQUEST_ID,
    summary="Welcome",
    description="Says who answers. Whoever prefers `text/html` to `application/json`, as browsers "
    "do, gets a page to try the service on.",
    response_model=Welcome,
    responses={
        **success(
            "The service answers",
            headers={**REQUEST_ID, **DOCUMENTED_VARY},
            content={"text/html": {"schema": {"type": "string"}}},
        ),
        **error_responses(),
    },
)
async def get_root(
    request: Request, response: Response, services: ServicesOf
) -> Welcome | HTMLResponse:
    if prefers_html(request.headers.getlist("Accept")):
        engine, keys = services.engine, services.api_keys
        text = page(engine.model_name, engine.model_defaults, keys_required=keys.required)
        return HTMLResponse(text, headers=PAGE_HEADERS)
    response.headers.update(VARY)
    return Welcome(message="GPT-2 text generation: POST /generate, GET /history", status="ok")


router.include_router(assets.router)
