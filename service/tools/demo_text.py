"""The text that the demo checkpoint learns: short English documents made from templates.

Every word and every template stands in this file, so the text carries nobody's licence and is the
same on every machine. `{slot}` in a template is filled from `WORDS`; `{name}`, `{They}`, `{they}`,
`{their}` and `{subject}` are bound once per document, so that a story keeps its character and an
essay its subject.
"""

import random
import re
from collections.abc import Iterator


def words(listed: str) -> list[str]:
    """The entries of a list that is written with commas."""
    return listed.split(", ")


WORDS: dict[str, list[str]] = {
    "adjective": words(
        "old, small, quiet, bright, narrow, green, wooden, silver, patient, curious, gentle, "
        "empty, warm, cold, heavy, strange, golden, clever, careful, distant"
    ),
    "thing": words(
        "lantern, map, letter, boat, bridge, clock, garden, kettle, compass, window, ladder, "
        "violin, bell, basket, mirror, notebook, telescope, engine, signal, key"
    ),
    "place": words(
        "harbour, village, forest, library, station, valley, market, island, mountain, workshop, "
        "river, kitchen, lighthouse, museum, school, railway, orchard, city"
    ),
    "person": words(
        "captain, gardener, teacher, baker, doctor, painter, engineer, neighbour, farmer, "
        "librarian, sailor, clockmaker, student, traveller"
    ),
    "animal": words("fox, owl, dog, cat, heron, horse, sparrow, otter, rabbit, goat"),
    "weather": words("rain, snow, wind, fog, sunlight, thunder, frost, mist"),
    "time": words(
        "in the morning, before sunrise, after the storm, late in the evening, on the first day "
        "of spring, at the end of summer, on a cold winter night, a little after noon"
    ),
    "number": words("two, three, four, five, seven, ten, twelve, a hundred"),
    "found": words("found, carried, repaired, painted, borrowed, remembered, drew, lost"),
    "went": words("walked, travelled, returned, hurried, wandered, sailed, climbed"),
    "said": words("said, answered, whispered, asked, replied"),
    "felt": words("happy, tired, proud, surprised, hopeful, calm, hungry, ready"),
    "subject": words(
        "machine learning, music, history, mathematics, the weather, science, language, "
        "astronomy, cooking, artificial intelligence"
    ),
    "quality": words("simple, useful, honest, beautiful, difficult, clear, practical"),
    "skill": words(
        "to read a map, to ask good questions, to listen before speaking, to test every idea, to "
        "measure twice, to share what is known, to begin with small steps"
    ),
}

OPENINGS = (
    "Once upon a time there was a {adjective} {person} named {name} who lived near the {place}.",
    "{name} was a {adjective} {person}, and {they} lived in a {place} by the {place}.",
    "There was once a {person} called {name}, who kept a {adjective} {thing} in the {place}.",
    "The {adjective} {person} of the {place} was named {name}.",
    "My name is not important, but the {person} in this story was called {name}.",
)

STORY = (
    "{They} {went} to the {place} {time}.",
    "{name} {found} a {adjective} {thing} beside the {place}.",
    "The {weather} came over the {place}, and the {animal} slept under the {thing}.",
    '"I have never seen such a {adjective} {thing}," {said} {name}.',
    '"Where does this {thing} come from?" {said} the {person}.',
    "A {adjective} {animal} followed {name} through the {place} for {number} days.",
    "{name} opened {their} {thing} and looked at the {adjective} {place}.",
    "{They} felt {felt}, because the {thing} was still in the {place}.",
    "Nobody in the {place} knew why the {thing} was so {adjective}.",
    "The {person} gave {name} a {thing} and {number} {adjective} apples.",
    "It was a {adjective} day, and the {weather} made the {place} look {adjective}.",
    "{time|capital}, {name} {found} the {thing} and {went} back to the {place}.",
    '"Hello," {said} the {person}, "the {place} is {adjective} today."',
    "{They} waited {time}, but the {animal} did not return to the {place}.",
    "In the end {they} {found} the {thing}, and everyone was {felt}.",
    "{name} wrote about the {animal} in {their} {adjective} notebook.",
)

ESSAY_OPENINGS = (
    "The future of {subject} is {quality}, and it begins in a {adjective} {place}.",
    "This is a short note about {subject}.",
    "Today we will talk about {subject} and why it is {quality}.",
    "What is {subject}? It is a {quality} way {skill}.",
    "The weather today is {adjective}, with {weather} over the {place}.",
)

ESSAY = (
    "The first lesson of {subject} is {skill}.",
    "In {subject}, a {quality} answer is better than a {quality} one.",
    "A good {person} learns {skill}, and then {skill}.",
    "We need {number} {adjective} examples to understand {subject}.",
    "Some people think that {subject} is {quality}, but it is also {quality}.",
    "The {person} in the {place} has studied {subject} for {number} years.",
    "It takes time {skill}, and it is {quality} work.",
    "Every {thing} in the {place} can teach us something about {subject}.",
    "If you want to learn {subject}, you have {skill}.",
    "That is why the {person} always starts with a {quality} question.",
    "There are {number} ways {skill}, and all of them are {quality}.",
    "Tomorrow there will be {weather} in the {place}, {said} the {person}.",
    "The most {quality} idea in {subject} came from a {adjective} {place}.",
)

CHARACTERS = (
    ("Mara", "she", "her"),
    ("Elena", "she", "her"),
    ("Ruth", "she", "her"),
    ("Ines", "she", "her"),
    ("Tom", "he", "his"),
    ("Oskar", "he", "his"),
    ("Daniel", "he", "his"),
    ("Henry", "he", "his"),
)

BEFORE_A_VOWEL_SOUND = re.compile(r"\b([Aa]) (?=(?!us)[aeiou]|hon)")
SLOT = re.compile(r"\{(\w+)(\|capital)?\}")
SENTENCES_PER_DOCUMENT = (40, 60)
ESSAY_SHARE = 0.4


def documents(count: int, seed: int) -> Iterator[str]:
    """`count` documents of about 50 sentences each, the same ones for the same seed.

    They are long because a document's end is a token the model learns: seldom seen, it is seldom
    sampled, and an answer reaches the length that was asked for.
    """
    chance = random.Random(seed)
    for _ in range(count):
        yield document(chance)


def document(chance: random.Random) -> str:
    """One story about one character, or one essay."""
    name, they, their = chance.choice(CHARACTERS)
    bound = {"name": name, "they": they, "They": they.capitalize(), "their": their}
    bound["subject"] = chance.choice(WORDS["subject"])
    is_essay = chance.random() < ESSAY_SHARE
    openings, sentences = (ESSAY_OPENINGS, ESSAY) if is_essay else (OPENINGS, STORY)
    templates = [chance.choice(openings)]
    templates += chance.choices(sentences, k=chance.randint(*SENTENCES_PER_DOCUMENT))
    return " ".join(fill(template, bound, chance) for template in templates)


def fill(template: str, bound: dict[str, str], chance: random.Random) -> str:
    """The sentence that a template becomes, with `a` turned into `an` before a vowel.

    Raises KeyError where a template names a slot that neither `WORDS` nor `bound` knows.
    """

    def word(slot: re.Match[str]) -> str:
        name, capital = slot.groups()
        chosen = bound[name] if name in bound else chance.choice(WORDS[name])
        return chosen[0].upper() + chosen[1:] if capital else chosen

    return BEFORE_A_VOWEL_SOUND.sub(r"\1n ", SLOT.sub(word, template))
