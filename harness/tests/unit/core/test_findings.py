"""What is found reads as few things, each with its operations and one proof for each cause."""

from dataclasses import replace

from boxproof.core.findings import CAUSES_SHOWN, NAMED, Finding, told

HEAD = "Server error: 500 text/plain"


def finding(operation: str, detail: str = "") -> Finding:
    return Finding(
        summary=f"{operation}: {HEAD}, {detail}",
        evidence=(f"curl {operation}",),
        operation=operation,
        head=HEAD,
        detail=detail,
    )


def test_causes_of_one_head_are_told_together() -> None:
    """One sentence for all of them, and a proof for each."""
    found = [finding("GET /a", "'no key'"), finding("GET /b", "'no key'"), finding("GET /b", "'x'")]
    summary, evidence = told(found)
    assert summary == f"{HEAD} (2 causes, 2 operations)"
    assert evidence == (
        f"{HEAD} (2 causes, 2 operations):",
        f"{HEAD}, 'no key' (2 operations): GET /a, GET /b",
        "curl GET /a",
        "curl GET /b",
    )


def test_one_cause_is_told_with_what_it_is() -> None:
    """However many operations it shows at."""
    summary, evidence = told([finding("GET /a", "'no key'"), finding("GET /b", "'no key'")])
    assert summary == f"{HEAD}, 'no key' (2 operations)"
    assert evidence == (f"{summary}: GET /a, GET /b", "curl GET /a")


def test_causes_beyond_what_anybody_reads_are_named_without_proof() -> None:
    """As many as fit a page; the others are counted."""
    found = [finding("GET /a", f"'{number}'") for number in range(CAUSES_SHOWN + NAMED + 2)]
    summary, evidence = told(found)
    assert summary == f"{HEAD} ({len(found)} causes, 1 operation)"
    assert len([each for each in evidence if each.startswith("curl")]) == CAUSES_SHOWN
    assert evidence[-2:] == (
        found[CAUSES_SHOWN + NAMED - 1].summary,
        "… and 2 more causes, which stand in the journal",
    )


def test_advice_that_causes_share_is_given_once() -> None:
    """Whose habit it is does not change from one to the next."""
    found = [replace(finding("GET /a", each), habit="Mend it once.") for each in ("'a'", "'b'")]
    assert told(found)[1].count("Mend it once.") == 1
