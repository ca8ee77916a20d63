"""What whoever has the image reads of it, without running it."""

from boxproof.clauses.registry import clause
from boxproof.config.options import Config
from boxproof.core.breaches import require
from boxproof.core.redaction import Redaction
from boxproof.core.secret_patterns import secret_in
from boxproof.core.verdicts import Level
from boxproof.targets.abilities import InspectsImage
from boxproof.targets.endpoints import secrets_of


@clause(
    "hygiene.image-without-secrets",
    Level.MUST,
    "The image MUST NOT hold a secret in its environment, its labels or its build history: a "
    "credential of boxproof.toml, a private key, or a token of a form that its issuer documents.",
    needs=(InspectsImage,),
)
def image_without_secrets(image: InspectsImage, config: Config) -> None:
    """A build argument stands in the history of each step that could read it."""
    told = image.image()
    known = Redaction(secrets_of(config))
    labels = [f"{name}={value}" for name, value in told.labels.items()]
    places = {"environment": told.environment, "labels": labels, "build history": told.history}
    for place, texts in places.items():
        text = "\n".join(texts)
        found = secret_in(text) or ("a credential" if known.found_in(text) else "")
        # The secret itself is shown to nobody.
        way = "history --no-trunc" if place == "build history" else "image inspect"
        require(not found, f"the image's {place} holds {found}", [f"docker {way} {told.id}"])


@clause(
    "hygiene.image-labelled",
    Level.MUST,
    "The image MUST carry the promised labels.",
    needs=(InspectsImage,),
    promised=lambda config: bool(config.hygiene.image_labels),
)
def image_labelled(image: InspectsImage, config: Config) -> None:
    """Names: https://specs.opencontainers.org/image-spec/annotations/."""
    told = image.image()
    evidence = [f"docker image inspect {told.id}"]
    for name, promised in config.hygiene.image_labels.items():
        got = told.labels.get(name, "")
        require(got, f"the image has no label {name}", evidence)
        wanted = not promised or got == promised
        require(wanted, f"the image's label {name} is {got!r}, not {promised!r}", evidence)
