"""Shows in its OpenAPI document the key of whoever wrote it."""

from apps.good import Response, Service
from apps.prefork import Master

#: Of the form of a token, and nobody's.
KEY = "hf_" + "qW3eRt5yUi7oPaS9dF" + "gH1jKlZx2cVbN4m6"


class DocumentsKey(Service):
    def document(self) -> Response:
        response = super().document()
        response.body["info"]["description"] = f"Send 'Authorization: Bearer {KEY}'."
        return response


if __name__ == "__main__":
    Master(DocumentsKey).run()
