"""What looks like a secret wherever it stands, by the form that its issuer gives it."""

import re

#: The forms are those that issuers document; what is shorter or starts otherwise is none.
PATTERNS = {
    "a private key": re.compile(
        r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----(?:\s|\\[nr])*[A-Za-z0-9+/]{4}"
    ),
    "a key of AWS": re.compile(r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"),
    "a token of GitHub": re.compile(r"\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_\w{82})\b"),
    "a token of Hugging Face": re.compile(r"\bhf_[A-Za-z0-9]{34}\b"),
    "a key of OpenAI": re.compile(r"\bsk-(?:proj-|svcacct-)?[A-Za-z0-9_-]{40,}\b"),
    "a key of Google": re.compile(r"\bAIza[A-Za-z0-9_-]{35}\b"),
    "a token of Slack": re.compile(r"\bxox[abprs]-[A-Za-z0-9-]{24,}\b"),
    "a token of npm": re.compile(r"\bnpm_[A-Za-z0-9]{36}\b"),
}
#: Of a placeholder in a document: one character again and again, or the word that it is one.
PLACEHOLDER = re.compile(r"(?i)example|(.)\1{7}|placeholder|your[-_]")


def secret_in(text: str) -> str:
    """What kind of secret a text holds, such as ``a token of GitHub``; empty where none."""
    for kind, pattern in PATTERNS.items():
        for found in pattern.finditer(text):
            if not PLACEHOLDER.search(found[0]):
                return kind
    return ""
