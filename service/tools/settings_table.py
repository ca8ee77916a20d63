"""Prints the reference of the settings: `settings_table.py > docs/reference/settings.md`.

Run where the service is installed. A test compares the committed page with this.
"""

from gpt2_service.settings import OPTIONS, Option

HEAD = """\
# Settings of the service

Made from `OPTIONS` in `service/src/gpt2_service/settings.py` by `service/tools/settings_table.py`.

Environment variables, read once at the start. A bad value ends the process with one line and exit
code 2, before anything heavy is loaded; what fails later (a broken checkpoint, a broken database)
with one line and exit code 3. An empty value means the default. Of `API_KEYS` no value is ever
shown, nor is a password in `DATABASE_URL`.

| variable | default | meaning |
| --- | --- | --- |
"""


def page() -> str:
    """Return the whole page in Markdown."""
    return HEAD + "".join(_row(option) for option in OPTIONS)


def _row(option: Option) -> str:
    default = f"`{option.default}`" if option.default else "none"
    meaning = option.meaning.replace("|", "\\|")
    return f"| `{option.variable}` | {default} | {meaning} |\n"


if __name__ == "__main__":
    print(page(), end="")
