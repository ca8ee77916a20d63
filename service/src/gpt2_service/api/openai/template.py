"""How a conversation becomes a prompt for a model that only continues text.

Each message is a line, "System: ", "User: " or "Assistant: " and its content, and the prompt ends
with "Assistant:". A base model was never taught when a reply is over: it goes on with the other
side's next line, so that is where the reply ends.
"""

from collections.abc import Iterable

SPEAKERS = {
    "developer": "System",
    "system": "System",
    "user": "User",
    "assistant": "Assistant",
}
#: The end of a reply, beside what the request says.
NEXT_TURN = "\nUser:"


def rendered(messages: Iterable[tuple[str, str]]) -> str:
    """Return the prompt for messages, each a role and its content.

    A reply begins with the blank that follows "Assistant:"; sent back it has it once.
    """
    lines = [f"{SPEAKERS[role]}: {content.strip()}" for role, content in messages]
    return "\n".join([*lines, f"{SPEAKERS['assistant']}:"])
