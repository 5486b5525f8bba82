"""Presets: run configs made ready, each with its mode, selection and tags."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from dagnb.definitions.mode import ModeDefinition
from dagnb.definitions.names import check_objects, check_tags
from dagnb.definitions.telling import told
from dagnb.errors import DagnbInvalidDefinitionError, DagnbInvariantViolationError, nearest


class PresetDefinition:
    """Define a preset: a named run config with a mode and, perhaps, a selection of solids.

    Args:
        name: how it is called, any text.
        run_config: the run config document.
        solid_selection: which solids to run (default: all).
        mode: which mode (default: the pipeline's first).
        tags: tags of the runs.

    Raises:
        DagnbInvalidDefinitionError: the name is no text, or the run config is no mapping.

    >>> PresetDefinition("small", {"solids": {"load": {"config": {"rows": 10}}}}).run_config
    {'solids': {'load': {'config': {'rows': 10}}}}
    """

    def __init__(
        self,
        name: str,
        run_config: Mapping[str, Any] | None = None,
        solid_selection: Sequence[str] | str | None = None,
        mode: str | None = None,
        tags: Mapping[str, Any] | None = None,
    ) -> None:
        _check_kind("name", name, str, name)
        _check_kind("run_config", run_config or {}, Mapping, name)
        self.name = name
        self.run_config: dict[str, Any] = _copied(run_config or {})
        selection = [solid_selection] if isinstance(solid_selection, str) else list(solid_selection or ())
        self.solid_selection = selection or None
        self.mode = mode
        self.tags = check_tags(tags, f"preset {name}")

    @staticmethod
    def from_yaml_strings(
        name: str,
        yaml_strings: Sequence[str] | None = None,
        solid_selection: Sequence[str] | str | None = None,
        mode: str | None = None,
        tags: Mapping[str, Any] | None = None,
    ) -> PresetDefinition:
        r"""Make a preset of YAML texts; later ones go over earlier ones, key by key.

        Raises:
            DagnbInvariantViolationError: a text is not YAML, or not a mapping.

        >>> texts = ["solids: {load: {config: {rows: 10}}}", "solids: {load: {config: {origin: JFK}}}"]
        >>> PresetDefinition.from_yaml_strings("small", texts).run_config
        {'solids': {'load': {'config': {'rows': 10, 'origin': 'JFK'}}}}
        """
        texts = [yaml_strings] if isinstance(yaml_strings, str) else list(yaml_strings or ())
        named = [(f"text {number}", text) for number, text in enumerate(texts, 1)]
        return PresetDefinition(name, _read(name, named), solid_selection, mode, tags)

    @staticmethod
    def from_files(
        name: str,
        config_files: Sequence[str] | None = None,
        solid_selection: Sequence[str] | str | None = None,
        mode: str | None = None,
        tags: Mapping[str, Any] | None = None,
    ) -> PresetDefinition:
        """Make a preset of YAML files, named by glob patterns; later ones go over earlier ones, key by key.

        Raises:
            DagnbInvariantViolationError: a pattern matches no file, or a file cannot be read or is not YAML.
        """
        import glob
        from pathlib import Path

        patterns = [config_files] if isinstance(config_files, str) else list(config_files or ())
        named: list[tuple[str, str]] = []
        for pattern in patterns:
            found = sorted(glob.glob(str(pattern), recursive=True))  # noqa: PTH207  # patterns may be absolute
            if not found:
                raise DagnbInvariantViolationError(
                    "no file matches",
                    where=f"preset {name}",
                    got=str(pattern),
                    hint=f"check the path; it counts from {Path.cwd()}",
                )
            named.extend((path, _text_of(name, path, Path(path).read_bytes)) for path in found)
        return PresetDefinition(name, _read(name, named), solid_selection, mode, tags)

    @staticmethod
    def from_pkg_resources(
        name: str,
        pkg_resource_defs: Iterable[tuple[str, str]] | None = None,
        solid_selection: Sequence[str] | str | None = None,
        mode: str | None = None,
        tags: Mapping[str, Any] | None = None,
    ) -> PresetDefinition:
        """Make a preset of YAML files that lie in installed packages: pairs of a package and a path in it.

        Raises:
            DagnbInvariantViolationError: there is no such package or file, or a file is not YAML.

        Example::

            PresetDefinition.from_pkg_resources("prod", [("flights.environments", "prod.yaml")], mode="prod")
        """
        from importlib.resources import files

        named: list[tuple[str, str]] = []
        for package, path in pkg_resource_defs or ():
            try:
                folder = files(package)
            except (ImportError, TypeError) as error:
                raise DagnbInvariantViolationError(
                    "there is no such package", where=f"preset {name}", got=f"{package}: {error}"
                ) from None
            named.append(
                (f"{package} › {path}", _text_of(name, f"{package} › {path}", folder.joinpath(path).read_bytes))
            )
        return PresetDefinition(name, _read(name, named), solid_selection, mode, tags)

    def with_additional_config(self, run_config: Mapping[str, Any] | None) -> PresetDefinition:
        """Return the same preset with a run config over its own, key by key.

        >>> small = PresetDefinition("small", {"solids": {"load": {"config": {"rows": 10}}}})
        >>> small.with_additional_config({"solids": {"load": {"config": {"origin": "JFK"}}}}).run_config
        {'solids': {'load': {'config': {'rows': 10, 'origin': 'JFK'}}}}
        """
        merged = PresetDefinition(self.name, self.run_config, self.solid_selection, self.mode, self.tags)
        _merge(merged.run_config, PresetDefinition(self.name, run_config).run_config)
        return merged

    def run_config_yaml(self) -> str:
        r"""Return the run config as a YAML text.

        >>> PresetDefinition("small", {"solids": {"load": {"config": {"rows": 10}}}}).run_config_yaml()
        'solids:\n  load:\n    config:\n      rows: 10\n'
        """
        import yaml

        return str(yaml.safe_dump(self.run_config, sort_keys=False, allow_unicode=True, default_flow_style=False))

    get_environment_yaml = run_config_yaml

    def __repr__(self) -> str:
        rest = [f"mode={self.mode!r}"] if self.mode else []
        rest += [f"solid_selection={self.solid_selection!r}"] if self.solid_selection else []
        return f"PresetDefinition({', '.join([repr(self.name), *rest])})"


def _check_kind(argument: str, value: object, kind: type, preset: object) -> None:
    if not isinstance(value, kind):
        raise DagnbInvalidDefinitionError(
            f"a preset's {argument} is {'a text' if kind is str else 'a mapping'}",
            where=f"preset {preset}" if isinstance(preset, str) else None,
            got=told(value),
        )


def _text_of(preset: str, path: str, read: Any) -> str:
    try:
        content: bytes = read()
        return content.decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = "it is not text in UTF-8" if isinstance(error, UnicodeDecodeError) else error.strerror or str(error)
        raise DagnbInvariantViolationError(
            "a file of the preset cannot be read", where=f"preset {preset} › {path}", got=reason
        ) from None


def _read(preset: str, named: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Return what YAML texts say together; each has a name for errors."""
    from dagnb.config import parse_document

    merged: dict[str, Any] = {}
    for name, text in named:
        document = parse_document(text)
        if document.problems:
            problem = document.problems[0]
            raise DagnbInvariantViolationError(
                f"{name} of the preset cannot be read",
                where=f"preset {preset} › {name} › line {problem.span.line + 1}",
                got=problem.message,
            )
        value = document.value
        if not isinstance(value, dict):
            raise DagnbInvariantViolationError(
                f"{name} of the preset is not a mapping",
                where=f"preset {preset} › {name}",
                got=type(value).__name__,
                expected="a run config, such as solids: {...}",
            )
        _merge(merged, value)
    return merged


def _copied(value: Any) -> Any:
    """Return the document with mappings and lists of its own; a change to what was given changes no preset."""
    if isinstance(value, Mapping):
        return {key: _copied(each) for key, each in value.items()}
    return [_copied(each) for each in value] if isinstance(value, list) else value


def _merge(into: dict[str, Any], other: Mapping[str, Any]) -> None:
    for key, value in other.items():
        if isinstance(value, Mapping) and isinstance(into.get(key), dict):
            _merge(into[key], value)
        else:
            into[key] = value


def check_presets(
    presets: Sequence[PresetDefinition] | None, modes: Mapping[str, ModeDefinition], where: str
) -> dict[str, PresetDefinition]:
    """Return the presets by name.

    Raises:
        DagnbInvalidDefinitionError: two presets of one name, something that is no preset, or a mode that is not there.
    """
    found: dict[str, PresetDefinition] = {}
    for preset in check_objects(presets, PresetDefinition, "preset_defs", where):
        if preset.name in found:
            raise DagnbInvalidDefinitionError("two presets have the same name", where=f"{where} › preset {preset.name}")
        if preset.mode is not None and preset.mode not in modes:
            near = nearest(preset.mode, modes)
            raise DagnbInvalidDefinitionError(
                "a preset is for a mode that the pipeline does not have",
                where=f"{where} › preset {preset.name}",
                got=f"mode {preset.mode}",
                expected=f"one of {', '.join(modes)}",
                hint=f"did you mean {near}?" if near else None,
            )
        found[preset.name] = preset
    return found
