"""Every broken toy service is caught by the clauses that name its fault, and by no other."""

import re
from pathlib import Path

import pytest
from apps.judging import judge_process

CAUGHT = {
    "generation.accepts_empty": {"generation.empty-refused"},
    "generation.case_sensitive": {"generation.forbidden-refused"},
    "generation.refuses_inside_words": {"generation.forbidden-whole-words"},
    "generation.always_says_length": {"generation.ended-says-so"},
    "generation.always_says_stop": {"generation.cut-says-so"},
    "generation.any_model": {"generation.unknown-model"},
    "generation.ascii_only": {"generation.forbidden-every-alphabet"},
    "generation.batch_changes_text": {"generation.same-beside-others"},
    "generation.broken_by_no_token": {"generation.short-input-served"},
    "generation.fails_on_one_token": {"generation.short-input-served"},
    "generation.tells_probabilities": {"generation.logprobs-valid"},
    "generation.broken_by_long_input": {"generation.long-input-whole"},
    "generation.cuts_long_input": {"generation.long-input-whole"},
    "generation.draws_at_start": {"generation.same-after-restart"},
    "generation.escapes_html": {"generation.prompt-unchanged"},
    "generation.fills_in_templates": {"generation.prompt-unchanged"},
    "generation.ignores_seed": {"generation.seed-repeats"},
    "generation.includes_stop": {"generation.stop-sequences"},
    "generation.limit_changes_text": {"generation.greedy-extends"},
    "generation.one_choice": {"generation.choices-complete"},
    "generation.one_seed": {"generation.seeds-vary"},
    "generation.one_token_less": {"generation.limit-honoured"},
    "generation.one_token_more": {"generation.limit-honoured"},
    "generation.same_index": {"generation.choices-complete"},
    "generation.sees_unseen": {"generation.forbidden-unseen-characters"},
    "generation.stops_at_words": {"generation.stop-sequences"},
    "generation.wrong_total": {"generation.counts-add-up"},
    "smoke.undocumented_404": {"smoke.unknown-path"},
    # It is started again, so that the clauses after it are judged.
    "smoke.ends_on_unknown_path": {"smoke.unknown-path"},
    "smoke.no_allow": {"smoke.wrong-method"},
    "smoke.no_output": {"smoke.first-work"},
    "records.cuts_text": {"records.text-unchanged"},
    "records.deletes_by_head": {"records.looking-changes-nothing"},
    "records.lists_excerpts": {"records.text-unchanged"},
    "records.normalizes_text": {"records.text-unchanged"},
    "records.skips_at_five": {"records.pages-of-each-size"},
    "records.stores_refused": {"records.nothing-unasked"},
    "records.trims_text": {"records.text-unchanged"},
    "records.changes_text": {"records.readable", "records.stored-once"},
    "schema.invalid_document": {"schema.openapi-valid"},
    # Requests drawn from its document are work as well; where none is, it breaks the first alone.
    "schema.counts_words": {"schema.work-documented", "schema.documented-body"},
    "schema.answers_bodies": {"schema.one-answer-each"},
    "schema.body_after_head": {"schema.head-like-get"},
    "schema.fails_on_depth": {"schema.inputs-answered"},
    "schema.ignores_chunks": {"schema.valid-however-sent"},
    "schema.refuses_otherwise": {"schema.input-errors-documented"},
    "schema.shows_traceback": {"schema.inputs-show-nothing"},
    "schema.takes_broken_json": {"schema.broken-json-refused"},
    "smoke.model_not_loaded": {"smoke.model-loaded"},
    "startup.ready_too_soon": {"startup.ready-means-ready"},
    "startup.ignores_bad_setting": {"startup.bad-setting-refused"},
    "startup.refuses_silently": {"startup.bad-setting-refused"},
    "startup.crashes_without_model": {"startup.missing-model-refused"},
    # A reload ends its workers in the middle of their requests, too.
    "lifecycle.drops_in_flight": {
        "lifecycle.finishes-in-flight",
        "lifecycle.reload-loses-nothing",
    },
    "lifecycle.exits_with_error": {"lifecycle.stops-cleanly"},
    "lifecycle.ignores_sigterm": {"lifecycle.stops-cleanly"},
    # What is late is done again: the other worker is not replaced either, and nobody is left.
    "lifecycle.never_replaces": {"lifecycle.worker-replaced"},
    "startup.too_few_workers": {"startup.workers"},
    "hygiene.plain_log": {"hygiene.logs-json"},
    "hygiene.no_id_on_errors": {"hygiene.request-id-sent"},
    "hygiene.id_of_worker": {"hygiene.request-id-unique"},
    "hygiene.counts_from_one": {"hygiene.request-id-after-restart"},
    "hygiene.ignores_id": {"hygiene.request-id-taken"},
    "hygiene.reflects_id": {"hygiene.request-id-bounded"},
    "hygiene.no_headers_on_errors": {"hygiene.headers-sent"},
    "hygiene.names_server": {"hygiene.server-hidden"},
    "hygiene.reflects_origin": {"hygiene.origins-not-reflected"},
    "hygiene.documents_key": {"hygiene.documents-without-secrets"},
    "hygiene.logs_refused_text": {"hygiene.logs-without-texts"},
    "resources.backtracks": {"resources.expensive-input"},
    "resources.crowded": {"resources.overload-refused"},
    "resources.health_waits": {"resources.health-while-busy"},
    "resources.keeps_places": {"resources.disconnects-free-places"},
    "resources.keeps_places_in_queue": {"resources.disconnects-free-places"},
    "resources.refuses_without_retry_after": {"resources.overload-refused"},
    "resources.remembers_refusals": {"resources.refusals-cost-nothing"},
    "resources.uploads_stop_health": {"resources.health-while-uploading"},
    "startup.aborts": {"startup.exit-codes"},
    "records.ignores_limit": {"records.limit-honoured"},
    "smoke.health_without_model": {"smoke.model-loaded"},
}

#: What the evidence of a clause says was done, beside the log of that second.
DONE = {
    "lifecycle.drops_in_flight": {
        "lifecycle.finishes-in-flight": "shared deployment: SIGTERM",
        "lifecycle.reload-loses-nothing": "shared deployment: SIGHUP to the first process",
    },
    "lifecycle.ignores_sigterm": {"lifecycle.stops-cleanly": "shared deployment: SIGTERM"},
    "lifecycle.never_replaces": {
        "lifecycle.worker-replaced": "shared deployment: SIGKILL to worker "
    },
}
LOGGED = re.compile(r" *[0-9.]+ s +log  ")

#: Broken by one cause alone, which every clause that it breaks names alike.
ONE_CAUSE = {"schema.counts_words"}

#: What no local process can show.
NEEDS_A_CONTAINER = {
    "startup.workers-max",
    "startup.port-honoured",
    "hygiene.image-labelled",
    "hygiene.image-without-secrets",
    "hygiene.not-root",
    "hygiene.read-only-root",
    "lifecycle.forwards-signals",
    "lifecycle.second-sigterm",
    "lifecycle.grace-period-kept",
    "startup.slow-load-visible",
    "lifecycle.reaps-orphans",
    "lifecycle.worker-death-contained",
    "persistence.old-schema-migrates",
    "persistence.newer-schema-refused",
    "persistence.two-on-one-volume",
    "persistence.survives-recreate",
    "persistence.fresh-volume-empty",
    "persistence.survives-power-loss",
    "persistence.backup-opens-clean",
    "persistence.survives-disk-full",
    "persistence.full-disk-refused-cleanly",
    "persistence.full-disk-shows-in-health",
    "persistence.recovers-without-restart",
    "persistence.survives-database-locked",
    "persistence.locked-database-refused-cleanly",
    "persistence.read-only-volume",
    "persistence.survives-memory-limit",
    "persistence.killed-on-full-disk",
    "persistence.survives-cpu-limit",
}

#: What is waited for until the limits of others have passed, or another one of these is caught by
#: the same clause.
SLOW = {
    "lifecycle.ignores_sigterm",
    "lifecycle.never_replaces",
    "resources.backtracks",
    "resources.keeps_places_in_queue",
    "resources.remembers_refusals",
    "smoke.health_without_model",
}


def test_nothing_is_reported_on_the_good_service(tmp_path: Path) -> None:
    """Every clause that a local process can show is kept, with another deployment in front of each.

    Those of the schema are among them.
    """
    judged = judge_process("apps.good", tmp_path, module="apps.wrapped")
    assert judged.said("not judged") == NEEDS_A_CONTAINER, judged.output
    assert judged.said("kept") == judged.clauses.keys() - NEEDS_A_CONTAINER, judged.output
    assert judged.exit_code == 0


@pytest.mark.parametrize(
    "toy", [pytest.param(each, marks=pytest.mark.long if each in SLOW else ()) for each in CAUGHT]
)
def test_a_broken_service_is_caught_by_the_clause_that_names_its_fault(
    toy: str, tmp_path: Path
) -> None:
    """The other clauses of its family are kept, so that a person is led to the fault."""
    judged = judge_process(f"apps.{toy}", tmp_path, "--family", toy.partition(".")[0])
    assert judged.said("broken") == CAUGHT[toy], judged.output
    assert not judged.said("unknown"), judged.output
    assert judged.exit_code == 1
    if toy in ONE_CAUSE:
        found = [each for name in CAUGHT[toy] for each in judged.clauses[name]["findings"]]
        assert len({each["head"] for each in found}) == 1, found
    for clause, done in DONE.get(toy, {}).items():
        evidence = judged.clauses[clause]["evidence"]
        assert any(done in line for line in evidence), evidence
        assert any(LOGGED.match(line) for line in evidence), evidence


def test_what_cannot_be_judged_without_the_shared_deployment_says_so(tmp_path: Path) -> None:
    """A service that does not start again is broken once; the clauses after that name it."""
    chosen = ("-k", "stops-cleanly or survives-kill or survives-schedule")
    judged = judge_process("apps.lifecycle.starts_once", tmp_path, *chosen)
    (broken,) = judged.said("broken")
    after = judged.said("not judged")
    assert len(after) == 2, judged.output
    for each in after:
        summary = judged.clauses[each]["summary"]
        told = f"the shared deployment could not be started again after {broken}: "
        assert summary.startswith(told), summary
        assert "exit code 3" in summary
        assert judged.clauses[each]["cause"] == "rests on a broken clause"


def test_a_reload_without_workers_is_not_judged(tmp_path: Path) -> None:
    """Where nothing can be replaced, requests that are answered say nothing."""
    judged = judge_process("apps.startup.single_process", tmp_path, "-k", "reload-loses")
    assert judged.said("not judged") == {"lifecycle.reload-loses-nothing"}, judged.output
    assert "no workers" in judged.clauses["lifecycle.reload-loses-nothing"]["summary"]


def test_a_traceback_in_the_log_is_caught(tmp_path: Path) -> None:
    """Whatever family's request caused it; here the empty text that a smoke clause sends."""
    judged = judge_process("apps.hygiene.logs_traceback", tmp_path, "-k", "empty or logs")
    assert judged.said("broken") == {"hygiene.logs-without-traceback"}, judged.output


def test_requests_in_hand_are_seen_to_end_without_100_continue(tmp_path: Path) -> None:
    """Later connections that are answered show that the server has the earlier ones."""
    judged = judge_process("apps.lifecycle.http10", tmp_path, "-k", "finishes or stops-cleanly")
    assert judged.said("kept") == {"lifecycle.finishes-in-flight", "lifecycle.stops-cleanly"}


def test_requests_in_hand_are_seen_to_be_dropped_without_100_continue(tmp_path: Path) -> None:
    """Daemon threads end with the server, which ends with exit code 0."""
    chosen = ("-k", "finishes or stops-cleanly")
    judged = judge_process("apps.lifecycle.daemon_threads", tmp_path, *chosen)
    assert judged.said("broken") == {"lifecycle.finishes-in-flight"}, judged.output
    assert judged.said("kept") == {"lifecycle.stops-cleanly"}, judged.output


@pytest.mark.parametrize(
    ("toy", "clauses", "said"),
    [
        (
            "answers_without_id",
            ("records.readable", "records.newest-first", "records.stored-once"),
            "the answer holds nothing at '/id'",
        ),
        (
            "lists_without_ids",
            ("records.newest-first", "records.limit-honoured", "records.stored-once"),
            "an item of the list holds nothing at '/id'",
        ),
    ],
)
def test_what_an_answer_lacks_is_a_breach_with_that_answer(
    toy: str, clauses: tuple[str, ...], said: str, tmp_path: Path
) -> None:
    """Single requests and those of a workload's threads alike; nothing reads unknown."""
    judged = judge_process(f"apps.records.{toy}", tmp_path, "-k", " or ".join(clauses))
    assert judged.said("broken") == set(clauses), judged.output
    for name in clauses:
        assert said in judged.clauses[name]["summary"]
        assert any("curl" in line for line in judged.clauses[name]["evidence"]), name


def test_a_page_size_of_the_servers_own_is_no_loss(tmp_path: Path) -> None:
    """Records beyond the first short page are found, in their order."""
    judged = judge_process("apps.records.small_pages", tmp_path, "--family", "records")
    assert judged.said("kept") == judged.clauses.keys(), judged.output


def test_a_cursor_that_is_ignored_ends_the_walk_and_is_caught(tmp_path: Path) -> None:
    """The same page again is the end of what can be read, and repeats its records."""
    judged = judge_process("apps.records.ignores_cursor", tmp_path, "-k", "pages-complete")
    assert judged.said("broken") == {"records.pages-complete"}, judged.output
