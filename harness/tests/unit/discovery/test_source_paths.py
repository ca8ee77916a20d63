"""Without a document, a service's source names the paths that are tried."""

from pathlib import Path

from boxproof.discovery import source_paths

SERVER = """
@app.route("/predict", methods=["POST"])
def predict(): return model(request.json["features"])
@app.get('/items/<int:number>')
def item(number): ...
open("/data/items.json")
"""


def test_paths_and_fields_of_the_source_become_operations(tmp_path: Path) -> None:
    """Paths of the machine do not, and tests are not read."""
    (tmp_path / "server.py").write_text(SERVER)
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_server.py").write_text('client.get("/elsewhere")')
    found = source_paths.read(tmp_path)
    assert {str(each) for each in found.operations} == {
        "POST /predict",
        "GET /predict",
        "GET /items/{id}",
    }
    posted = found.at("POST", "/predict")
    assert posted is not None
    assert posted.body is not None
    assert {"features": "Once upon a time"} in posted.body["examples"]
