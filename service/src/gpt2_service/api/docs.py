"""Swagger UI, served from the service's own environment: `/docs` needs no other host.

The files are Swagger UI's distribution (Apache-2.0); the package fastapi-swagger brings it.
"""

from importlib.resources import files
from pathlib import Path

from fastapi import APIRouter
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import FileResponse, HTMLResponse

router = APIRouter(include_in_schema=False)

FILES = Path(str(files("fastapi_swagger.resources")))
SCRIPT, STYLE, ICON = "swagger-ui-bundle.js", "swagger-ui.css", "favicon-32x32.png"
MEDIA_TYPES = {SCRIPT: "text/javascript", STYLE: "text/css", ICON: "image/png"}
# They change with a release of the service only.
CACHED = {"Cache-Control": "public, max-age=3600"}
PARAMETERS = {
    # The default would show every address to validator.swagger.io.
    "validatorUrl": None,
    "displayRequestDuration": True,
}


@router.get("/docs")
async def get_docs() -> HTMLResponse:
    """Return the page; its addresses are relative, so that it works behind a path prefix."""
    return get_swagger_ui_html(
        openapi_url="openapi.json",
        title="GPT-2 text generation",
        swagger_js_url=f"docs/{SCRIPT}",
        swagger_css_url=f"docs/{STYLE}",
        swagger_favicon_url=f"docs/{ICON}",
        swagger_ui_parameters=PARAMETERS,
    )


@router.get(f"/docs/{SCRIPT}")
async def get_script() -> FileResponse:
    return _file(SCRIPT)


@router.get(f"/docs/{STYLE}")
async def get_style() -> FileResponse:
    return _file(STYLE)


@router.get(f"/docs/{ICON}")
async def get_icon() -> FileResponse:
    return _file(ICON)


def _file(name: str) -> FileResponse:
    return FileResponse(FILES / name, media_type=MEDIA_TYPES[name], headers=CACHED)
