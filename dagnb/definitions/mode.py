"""Modes and presets: which resources a pipeline runs with, and ready-made run configs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dagnb.definitions.names import check_name, check_tags
from dagnb.definitions.resource import ResourceDefinition
from dagnb.errors import DagnbInvalidDefinitionError, DagnbInvariantViolationError, nearest

DEFAULT_MODE = "default"


class ModeDefinition:
    """Define a mode: implementations of the resources that the pipeline's solids ask for.

    Args:
        name: letters, digits and underscores (default "default").
        resource_defs: resources by key; a value that is no `ResourceDefinition` is taken as the resource itself.
        description: what the mode is for.

    Raises:
        DagnbInvalidDefinitionError: a bad name or key.

    >>> ModeDefinition("test", {"db": {"rows": 3}}).resource_defs["db"].resource_fn(None)
    {'rows': 3}
    """

    def __init__(
        self,
        name: str | None = None,
        resource_defs: Mapping[str, Any] | None = None,
        description: str | None = None,
    ) -> None:
        self.name = DEFAULT_MODE if name is None else check_name(name, "mode")
        self.resource_defs: dict[str, ResourceDefinition] = {
            check_name(key, "resource"): as_resource(value) for key, value in (resource_defs or {}).items()
        }
        self.description = description

    @staticmethod
    def from_resources(resources: Mapping[str, Any], name: str | None = None) -> ModeDefinition:
        """Make a mode of values that are there already."""
        return ModeDefinition(name, {key: ResourceDefinition.hardcoded_resource(v) for key, v in resources.items()})

    def __repr__(self) -> str:
        return f"ModeDefinition({self.name!r}, {', '.join(self.resource_defs) or 'no resources'})"


def as_resource(value: Any) -> ResourceDefinition:
    """Return a resource definition; any other value becomes a resource that is that value."""
    return value if isinstance(value, ResourceDefinition) else ResourceDefinition.hardcoded_resource(value)


class PresetDefinition:
    """Define a preset: a named run config with a mode and, perhaps, a selection of solids.

    Args:
        name: how it is called.
        run_config: the run config document.
        solid_selection: which solids to run (default: all).
        mode: which mode (default: the pipeline's first).
        tags: tags of the runs.
    """

    def __init__(
        self,
        name: str,
        run_config: Mapping[str, Any] | None = None,
        solid_selection: Sequence[str] | None = None,
        mode: str | None = None,
        tags: Mapping[str, Any] | None = None,
    ) -> None:
        self.name = name
        self.run_config: dict[str, Any] = dict(run_config or {})
        self.solid_selection = list(solid_selection) if solid_selection else None
        self.mode = mode
        self.tags = check_tags(tags, f"preset {name}")

    @staticmethod
    def from_yaml_strings(name: str, yaml_strings: Sequence[str] = (), **rest: Any) -> PresetDefinition:
        """Make a preset of YAML texts; later ones go over earlier ones, key by key.

        Raises:
            DagnbInvariantViolationError: a text is not YAML, or not a mapping.
        """
        from dagnb.config import parse_document

        merged: dict[str, Any] = {}
        for number, text in enumerate(yaml_strings, 1):
            document = parse_document(text)
            if document.problems:
                problem = document.problems[0]
                raise DagnbInvariantViolationError(
                    f"text {number} of the preset cannot be read",
                    where=f"preset {name} › line {problem.span.line + 1}",
                    got=problem.message,
                )
            value = document.value
            if not isinstance(value, dict):
                raise DagnbInvariantViolationError(
                    f"text {number} of the preset is not a mapping",
                    where=f"preset {name}",
                    got=type(value).__name__,
                )
            _merge(merged, value)
        return PresetDefinition(name, merged, **rest)

    @staticmethod
    def from_files(name: str, config_files: Sequence[str] = (), **rest: Any) -> PresetDefinition:
        """Make a preset of YAML files, named by glob patterns.

        Raises:
            DagnbInvariantViolationError: a pattern matches no file, or a file is not YAML.
        """
        import glob
        from pathlib import Path

        texts: list[str] = []
        for pattern in config_files:
            found = sorted(glob.glob(str(pattern)))  # noqa: PTH207  # patterns may be absolute
            if not found:
                raise DagnbInvariantViolationError(
                    "no file matches", where=f"preset {name}", got=str(pattern), hint="check the path"
                )
            texts.extend(Path(path).read_text(encoding="utf-8") for path in found)
        return PresetDefinition.from_yaml_strings(name, texts, **rest)


def _merge(into: dict[str, Any], other: Mapping[str, Any]) -> None:
    for key, value in other.items():
        if isinstance(value, Mapping) and isinstance(into.get(key), dict):
            _merge(into[key], value)
        else:
            into[key] = value


def check_modes(modes: Sequence[ModeDefinition] | None, where: str) -> dict[str, ModeDefinition]:
    """Return the modes by name; the default one when there are none.

    Raises:
        DagnbInvalidDefinitionError: two modes of one name, or something that is no mode.
    """
    found: dict[str, ModeDefinition] = {}
    for mode in modes or (ModeDefinition(),):
        if not isinstance(mode, ModeDefinition):
            raise DagnbInvalidDefinitionError(
                "mode_defs takes ModeDefinition objects only", where=where, got=f"{type(mode).__name__} {mode!r}"[:80]
            )
        if mode.name in found:
            raise DagnbInvalidDefinitionError("two modes have the same name", where=f"{where} › mode {mode.name}")
        found[mode.name] = mode
    return found


def check_presets(
    presets: Sequence[PresetDefinition] | None, modes: Mapping[str, ModeDefinition], where: str
) -> dict[str, PresetDefinition]:
    """Return the presets by name.

    Raises:
        DagnbInvalidDefinitionError: two presets of one name, something that is no preset, or a mode that is not there.
    """
    found: dict[str, PresetDefinition] = {}
    for preset in presets or ():
        if not isinstance(preset, PresetDefinition):
            raise DagnbInvalidDefinitionError(
                "preset_defs takes PresetDefinition objects only",
                where=where,
                got=f"{type(preset).__name__} {preset!r}"[:80],
            )
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
