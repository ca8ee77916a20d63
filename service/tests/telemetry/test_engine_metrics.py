"""What an engine reports of itself."""

from prometheus_client.parser import text_string_to_metric_families

from gpt2_service.telemetry.metrics import Metrics


def samples(metrics: Metrics) -> dict[str, float]:
    """Every sample without labels but `le`, which stands behind the name."""
    return {
        sample.name + sample.labels.get("le", ""): sample.value
        for family in text_string_to_metric_families(metrics.exposition())
        for sample in family.samples
    }


def test_the_queue_is_a_gauge() -> None:
    """The latest length counts."""
    metrics = Metrics()
    metrics.engine.queued(7)
    metrics.engine.queued(3)
    assert samples(metrics)["gpt2_engine_queued_texts"] == 3


def test_steps_and_tokens_are_counted() -> None:
    """Batches by their size, so that their number tells how many steps there were."""
    metrics = Metrics()
    for sequences in (1, 16, 16):
        metrics.engine.batch(sequences)
        metrics.engine.tokens(sequences)
    found = samples(metrics)
    assert found["gpt2_engine_batch_sequences_count"] == 3
    assert found["gpt2_engine_batch_sequences_sum"] == 33
    assert found["gpt2_engine_batch_sequences_bucket8.0"] == 1
    assert found["gpt2_engine_tokens_total"] == 33


def test_times_to_the_first_token_are_a_histogram() -> None:
    """In seconds."""
    metrics = Metrics()
    metrics.engine.first_token(0.07)
    metrics.engine.first_token(0.7)
    found = samples(metrics)
    assert found["gpt2_engine_first_token_seconds_bucket0.1"] == 1
    assert found["gpt2_engine_first_token_seconds_sum"] == 0.77
