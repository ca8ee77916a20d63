"""A classifier of flowers, as BentoML serves it."""

import bentoml
from pydantic import BaseModel, Field
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression


class Flower(BaseModel):
    """What is measured of one flower, in centimetres."""

    sepal_length: float = Field(ge=0, le=100)
    sepal_width: float = Field(ge=0, le=100)
    petal_length: float = Field(ge=0, le=100)
    petal_width: float = Field(ge=0, le=100)


class Species(BaseModel):
    """What it is, and how sure that is."""

    name: str
    probability: float


@bentoml.service(workers=1)
class Iris:
    """Tells the species of an iris."""

    def __init__(self) -> None:
        data = load_iris()
        self.names = [str(name) for name in data.target_names]
        self.model = LogisticRegression(max_iter=500).fit(data.data, data.target)

    @bentoml.api
    def classify(self, flowers: list[Flower]) -> list[Species]:
        """The species of each flower."""
        rows = [list(flower.model_dump().values()) for flower in flowers]
        likely = self.model.predict_proba(rows)
        return [
            Species(name=self.names[row.argmax()], probability=float(row.max())) for row in likely
        ]
