"""The example's clients, at one server without a balancer."""

from contextlib import closing

from load import KINDS, Client, Load, history
from serving import Serve


def test_clients_note_what_they_were_answered(serve: Serve) -> None:
    """Every kind of request, with the record that the history has."""
    server = serve().wait_until_ready()
    with closing(Client(server.port, "a-key")) as client:
        first = client.ask("text", "one", None)
        assert first.record is not None
        outcomes = [first, client.ask("stream", "two", None)]
        outcomes.append(client.ask("read", "", first.record["id"]))
        assert {each.kind for each in outcomes} == set(KINDS)
        assert [each.error for each in outcomes] == ["", "", ""]
        assert outcomes[2].record == first.record
        assert history(client) == [outcomes[1].record, first.record]


def test_clients_note_what_failed_and_go_on(serve: Serve) -> None:
    """A refusal with its status, a server that is gone without one."""
    server = serve().wait_until_ready()
    with closing(Client(server.port, "a-key")) as client:
        refused = client.ask("text", "hate", None)
        assert (refused.status, refused.record) == (400, None)
        assert refused.error.startswith("400 ")
        server.process.kill()
        server.wait()
        gone = client.ask("text", "gone", None)
        assert gone.status is None
        assert gone.error


def test_every_request_of_a_load_has_ended_when_it_has(serve: Serve) -> None:
    """All of them answered, no prompt twice."""
    server = serve().wait_until_ready()
    with Load(server.port, "a-key", clients=3) as load:
        server.wait_for_log(lambda server: len(server.model_calls()) >= 20)
    outcomes = load.outcomes()
    assert [each.error for each in outcomes if not each.answered] == []
    texts = [each.prompt for each in outcomes if each.kind != "read"]
    with closing(Client(server.port, "a-key")) as client:
        assert sorted(record["prompt"] for record in history(client)) == sorted(texts)
