"""Runs the image with Docker Compose."""

import contextlib
import os
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from boxproof import composefile
from boxproof.composefile import render, transform
from boxproof.composefile.bind_mounts import Copy
from boxproof.composefile.ports import listened_on
from boxproof.composefile.transform import Document
from boxproof.config.options import Config
from boxproof.core import signals
from boxproof.core.breaches import NotJudged
from boxproof.core.effects import Effect
from boxproof.core.errors import ConfigError, EngineError
from boxproof.core.redaction import Redaction
from boxproof.journal import Journal
from boxproof.targets import reaper
from boxproof.targets.abilities import SharesVolume
from boxproof.targets.base import Exit, Host, Variant
from boxproof.targets.compose import (
    bound_copies,
    compose_file,
    engine,
    images,
    lossy_volume,
    model_copy,
    production,
)
from boxproof.targets.compose.compose_deployment import NAME, ComposeDeployment
from boxproof.targets.compose.container_usage import ContainerUsage
from boxproof.targets.compose.executor import Executor
from boxproof.targets.compose.project import Project
from boxproof.targets.endpoints import secrets_of
from boxproof.targets.lossy_disk.disk import Disk
from boxproof.targets.run_lock import Run
from boxproof.targets.samples import Sampler

COMMAND = "docker compose --progress plain"
TEST_FILE = "docker-compose-test.yml"


class ComposeTarget:
    """The service's image in containers of the run's own.

    Args:
        trust_compose: whether the compose file may hand a container the host.

    Raises:
        ConfigError: the compose file does not have what ``boxproof.toml`` says, or is not trusted
            with what it asks for.
        EngineError: no engine answers.
    """

    name = NAME
    effects = frozenset(Effect)

    def __init__(
        self,
        config: Config,
        journal: Journal,
        run: Run,
        say: Callable[[str], None],
        found: engine.Engine | None = None,
        *,
        trust_compose: bool = False,
    ) -> None:
        self._config = config
        self._journal = journal
        self._run = run
        self._say = say
        self._engine = found or engine.check()
        self._production = production.resolve(config)
        self.neighbours = composefile.neighbours(self._production, config)
        self._plan = production.plan_for(
            config,
            self._production,
            # The same for every run: Compose writes it into the image, and an image that did not
            # change must not become another one.
            f"boxproof-{production.project_key(config)}",
            run.labels,
            self._engine,
            trusted=trust_compose,
        )
        # Whatever is wrong with the settings is said now, before anything is started.
        self._unbuilt = transform(self._production, config, self._plan)
        self._copies = [
            each
            for each in composefile.copies(self._production, config)
            if each.source not in self._plan.uncopied
        ]
        self._archive = run.folder / "bound.tar"
        self._usage = ContainerUsage(journal, local=not self._engine.remote)
        self._sampler = Sampler(journal)
        self._lock = threading.Lock()
        self._preparing = threading.Lock()
        self._prepared = False
        self._closed = False
        self._count = 0
        self._deployments: list[ComposeDeployment] = []

    def offers(self, wanted: type) -> bool:
        """Whether a container has an ability."""
        return issubclass(ComposeDeployment, wanted)

    def prepare(self) -> None:
        """Build or pull the image, and copy what the run must not share or could not read; once.

        Raises:
            BootFailed: the build failed; ``log`` holds its output.
            ConfigError: more is bound than a run copies, or it cannot be read.
        """
        with self._preparing:
            if not self._prepared:
                bound_copies.pack(self._copies, self._archive, self._say)
                self._plan = replace(
                    self._plan, images=self._images(), model_source=self._model_source()
                )
                self._prepared = True

    def host(self) -> Host:
        """The engine's machine, as the engine tells of it."""
        cpus = self._engine.cpus or os.cpu_count() or 1
        return Host(f"engine-{self._engine.id}", cpus, self._engine.memory_bytes)

    def facts(self) -> dict[str, str]:
        """Engine, Compose, platform, image."""
        service = self._config.service.name
        return {
            "engine": self._engine.version,
            "compose": self._engine.compose,
            "platform": self._engine.platform,
            "image": self._plan.images.get(service, ""),
            "image name": self._unbuilt["services"][service]["image"],
        }

    def boot(self, variant: Variant) -> ComposeDeployment:
        """Boot one more deployment and wait until it is ready.

        Raises:
            BootFailed: it ended, or was not ready within ``limits.boot_seconds``.
            NotJudged: the variant wants more CPUs than the engine has, or a disk that forgets
                where there can be none.
        """
        self.prepare()
        deployment = self.place(variant)
        try:
            deployment.boot()
        except BaseException:
            deployment.close()
            raise
        return deployment

    def boot_to_exit(self, variant: Variant) -> Exit | None:
        """Boot what is expected to refuse; None when it became ready, or still ran at the limit."""
        self.prepare()
        deployment = self.place(variant)
        try:
            return deployment.boot_to_exit()
        finally:
            deployment.close()

    def close(self) -> None:
        """Remove every deployment that is left; safe to call twice."""
        with signals.held("removing containers"):
            with self._lock:
                self._closed = True
                left = list(self._deployments)
            self._sampler.close()
            self._usage.close()
            # Side by side: a run that is interrupted ends within seconds.
            with ThreadPoolExecutor(max(1, len(left))) as pool:
                for closed in [pool.submit(deployment.close) for deployment in left]:
                    closed.result()
            kept = {each.project.name for each in left if each.is_kept}
            # What an engine still made for a command that was already killed.
            reaper.remove_resources(
                lambda owner: owner.run == self._run.id and owner.project not in kept,
                [self._run.id],
            )

    def place(self, variant: Variant) -> ComposeDeployment:
        """Write the compose file of one more deployment; nothing is started."""
        if variant.cpus is not None:
            self._check_cpus(variant.cpus)
        with self._lock:
            if self._closed:
                raise EngineError("the run is ending; nothing more is booted")
            self._count += 1
            name = f"{reaper.project_prefix(self._run.id)}{self._count}"
        disk = self._disk(name) if variant.forgets else None
        try:
            return self._write(name, variant, disk)
        except BaseException:
            if disk is not None:
                disk.close()
            raise

    def _write(self, name: str, variant: Variant, disk: Disk | None) -> ComposeDeployment:
        config = self._config
        plan = replace(
            self._plan,
            project=name,
            environment=variant.environment,
            cpus=variant.cpus,
            volume=variant.volume,
            data_folder=str(disk.folder) if disk is not None else "",
            data_volume=self._shared_volume(variant),
            data_bytes=variant.data_bytes,
            shm_bytes=variant.shm_bytes,
            read_only_root=variant.read_only_root,
            files_folder=self._files_folder(name),
        )
        document = transform(self._production, config, plan)
        text = render(document, config.service.compose_file)
        read_only = transform(self._production, config, replace(plan, data_read_only=True))
        file = compose_file.write(self._run.folder / f"{name}.yml", text)
        if variant == Variant():
            # A person reads this one, so that it names where secrets are kept.
            hidden = Redaction(secrets_of(config))
            self._show_file(render(hidden.of(document), config.service.compose_file))
        service = document["services"][config.service.name]
        variable = config.server.port_variable if config.server is not None else ""
        project = Project(
            name=name,
            service=service,
            port=listened_on(config.service.port, variable, variant.environment),
            host=self._engine.host,
            data_volume=_data_volume(document, service, config),
            label=variant.label,
            files=variant.files,
            data_mount=config.service.data_mount,
            capped=bool(variant.data_bytes and config.service.data_mount),
            file=file,
            text=text,
            read_only_text=render(read_only, config.service.compose_file),
            archive=self._archive,
            bound=_bound_volumes(document, self._copies),
            mounted=_mounted_below(self._run.folder, document),
            others=tuple(name for name in document["services"] if name != config.service.name),
        )
        deployment = ComposeDeployment(
            project,
            self._executor(file, name),
            config,
            self._journal,
            self._forget,
            self._usage,
            disk,
        )
        with self._lock:
            self._deployments.append(deployment)
        self._sampler.follow(deployment)
        return deployment

    def _files_folder(self, name: str) -> str:
        """Copies of bound files, for one deployment; empty where they lie in volumes."""
        if not self._plan.files or not self._plan.files_folder:
            return ""
        folder = self._run.folder / f"{name}-{self._plan.files_folder}"
        bound_copies.unpack_files(self._archive, folder)
        return str(folder)

    def _shared_volume(self, variant: Variant) -> str:
        """The engine's name of the data volume that a variant shares; empty for one of its own."""
        if variant.shares is None:
            return ""
        return variant.shares.ability(SharesVolume).shared_volume()

    def _disk(self, name: str) -> Disk:
        """A disk that forgets, for the data of one deployment."""
        if not self._config.service.data_mount:
            raise NotJudged(f"{self._config.file} names no data_mount in [service]")
        image = self._plan.images[self._config.service.name]
        return lossy_volume.make(self._run.folder / f"{name}-data", self._run, self._engine, image)

    def _executor(self, file: Path, name: str) -> Executor:
        return Executor(COMMAND, [str(file)], name, run=self._run)

    def _images(self) -> dict[str, str]:
        """Service = image id, of all that is built, and of the judged one in any case."""
        path = self._run.folder / "build.yml"
        compose_file.write(path, render(self._unbuilt, self._config.service.compose_file))
        executor = self._executor(path, self._plan.project)
        key = production.project_key(self._config)
        built = images.names(self._unbuilt)
        made = images.build(executor, built, self._config.root, self._say) if built else {}
        judged = self._config.service.name
        if judged not in made:
            name = self._unbuilt["services"][judged]["image"]
            made[judged] = images.pull(executor, judged, name, self._say)
        # Now, so that no boot is charged with what the services beside the judged one weigh.
        for service, described in self._unbuilt["services"].items():
            if service not in made and "image" in described:
                images.pull(executor, service, described["image"], self._say)
        if built:
            images.prune(key, self._run.id)
        return made

    def _model_source(self) -> str:
        """Where the model is mounted from: a copy, where the original is not open to all."""
        source = self._plan.model_source or self._mounted_model()
        if not source:
            return ""
        if not Path(source).exists():
            if self._engine.remote:
                return self._plan.model_source
            raise ConfigError(
                f"{source}: the model is not there; SOURCE_MOUNT names another folder"
            )
        if model_copy.readable(Path(source)):
            return self._plan.model_source
        self._say(f"{source} is not readable by other users; the run mounts a copy that is")
        return str(model_copy.stage(Path(source), self._run.folder))

    def _mounted_model(self) -> str:
        """What production itself mounts as the model, if that is a folder of this machine."""
        wanted = self._config.service.model_mount.rstrip("/")
        service = self._unbuilt["services"][self._config.service.name]
        for mount in service.get("volumes", ()):
            if wanted and mount["type"] == "bind" and mount["target"].rstrip("/") == wanted:
                return str(mount["source"]).replace("$$", "$")
        return ""

    def _check_cpus(self, wanted: float) -> None:
        there = self.host().cpus
        if wanted > there:
            raise NotJudged(f"the engine has {there} CPUs, not {wanted:g}")

    def _show_file(self, text: str) -> None:
        """The shared deployment's file, where a person looks for it."""
        with contextlib.suppress(OSError):
            compose_file.write(self._config.root / TEST_FILE, text)

    def _forget(self, deployment: ComposeDeployment) -> None:
        with self._lock, contextlib.suppress(ValueError):
            self._deployments.remove(deployment)


def _bound_volumes(document: Document, copies: Iterable[Copy]) -> dict[str, str]:
    """The volumes of a document that stand for something of the host: the engine's names."""
    volumes = document.get("volumes", {})
    return {
        each.volume: str(volumes[each.volume]["name"]) for each in copies if each.volume in volumes
    }


def _mounted_below(folder: Path, document: Document) -> tuple[Path, ...]:
    """What the services of a document mount of a folder."""
    mounts = [
        mount for service in document["services"].values() for mount in service.get("volumes", ())
    ]
    sources = [Path(each["source"].replace("$$", "$")) for each in mounts if each["type"] == "bind"]
    return tuple(each for each in sources if folder in each.parents)


def _data_volume(document: Document, service: Document, config: Config) -> str:
    """The engine's name of the volume at ``data_mount``; empty without one."""
    wanted = config.service.data_mount.rstrip("/")
    for mount in service.get("volumes", ()):
        if wanted and mount["type"] == "volume" and mount["target"].rstrip("/") == wanted:
            return str(document["volumes"][mount["source"]]["name"])
    return ""
