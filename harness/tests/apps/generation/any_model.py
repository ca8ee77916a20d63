"""Takes any name of a model for its own."""

from apps.good import Service
from apps.prefork import Master


class AnyModel(Service):
    def has_model(self, model: str) -> bool:
        return bool(model)


if __name__ == "__main__":
    Master(AnyModel).run()
