"""Take in what a step yields: check it, keep it, record it."""

from __future__ import annotations

import hashlib
import json
import warnings
from typing import Any

from dagnb.contracts.io import kept_by
from dagnb.definitions.ports import OutputDefinition
from dagnb.errors import DagnbInstanceError, DagnbTypeCheckError, DagnbValueError
from dagnb.events.records import (
    AssetMaterialized,
    ExpectationChecked,
    InputVersion,
    OutputProduced,
    TypeCheckInfo,
    ValueInfo,
    ValueReference,
)
from dagnb.events.user import AssetMaterialization, ExpectationResult, Output
from dagnb.execution.bodies import refuse_event
from dagnb.execution.conversion import check_value, materialize_output
from dagnb.execution.io import store_output
from dagnb.execution.placing import place_output
from dagnb.execution.scope import RunScope
from dagnb.planning.plan import Step
from dagnb.types import DagnbType, Nothing
from dagnb.types.base import TypeCheck
from dagnb.types.describe import describe_value

_NOTHING = ValueInfo(type_name="Nothing")
_NOT_KEPT = ValueReference(codec=None, note="kept in memory only")
_REFUSED = ValueReference(codec=None, note="not kept: it is not of its type")


class NotStoredWarning(UserWarning):
    """A value could not be stored; the run went on with it in memory."""


def check_info(kind: DagnbType, check: TypeCheck) -> TypeCheckInfo:
    """Return the outcome of a type check as it is recorded."""
    if check.success and not check.metadata_entries and check.description is None:
        return _passed(kind.name)
    return TypeCheckInfo(
        type_name=kind.name, success=check.success, description=check.description, metadata=check.metadata_entries
    )


_passed_checks: dict[str, TypeCheckInfo] = {}


def _passed(name: str) -> TypeCheckInfo:
    found = _passed_checks.get(name)
    if found is None:
        found = _passed_checks[name] = TypeCheckInfo(type_name=name)
    return found


def config_hash(config: Any) -> str | None:
    """Return a hash of a solid's config, None when it has none."""
    if config is None:
        return None
    text = json.dumps(config, sort_keys=True, default=repr)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def wrong_type(what: str, where: str, kind: DagnbType, check: TypeCheck, value: Any) -> DagnbTypeCheckError:
    """Return the error for a value that is not of its type, made of what the check says."""
    expected, got = kind.name, f"a value of type {type(value).__name__}"
    description = check.description or ""
    if description.startswith("expected ") and ", got " in description and "\n" not in description:
        expected, _, got = description.removeprefix("expected ").partition(", got ")
    elif description:
        got = f"{got}: {description}"
    return DagnbTypeCheckError(what, where=where, got=got, expected=expected)


def _reference(definition: OutputDefinition, check: TypeCheck) -> ValueReference | None:
    """Return what stands for a value that is not to be stored, None when it is."""
    if not check.success:
        return _REFUSED
    return _NOT_KEPT if definition.type is Nothing or not definition.persist else None


class StepOutputs:
    """Take in the events of one step's body, one by one.

    Args:
        scope: the run's scope.
        step: whose events they are.
        inputs: which outputs of other steps it took.
    """

    __slots__ = ("_config_hash", "_inputs", "_scope", "_step", "names", "produced")

    def __init__(self, scope: RunScope, step: Step, inputs: tuple[InputVersion, ...]) -> None:
        self._scope = scope
        self._step = step
        self._inputs = inputs
        self._config_hash = config_hash(step.config)
        self.produced: set[str] = set()
        self.names: set[str] = set()

    def take(self, event: object) -> None:
        """Take in one event.

        Raises:
            DagnbTypeCheckError: a value is not of its output's type.
            DagnbOutputError: an output came twice.
            DagnbNotFoundError: an output that the solid does not have.
            DagnbInvariantViolationError: it is no event.
        """
        if isinstance(event, Output):
            self._take_output(event)
        elif isinstance(event, AssetMaterialization):
            self._scope.emit(
                AssetMaterialized(
                    asset_key=event.asset_key,
                    description=event.description,
                    metadata=event.metadata_entries,
                    partition=event.partition,
                ),
                self._step.key,
            )
        elif isinstance(event, ExpectationResult):
            self._scope.emit(
                ExpectationChecked(
                    success=event.success,
                    label=event.label,
                    description=event.description,
                    metadata=event.metadata_entries,
                ),
                self._step.key,
            )
        else:
            refuse_event(event, self._step.key)

    def withdraw(self) -> None:
        """Hand nothing on: the step failed or will be tried again. What was recorded stays."""
        self._scope.withdraw(self._step)

    def _take_output(self, output: Output) -> None:
        step, scope, name = self._step, self._scope, output.output_name
        solid = step.node.definition
        place = place_output(solid, output, self.names, step.key)
        definition, mapping_key = place
        key_name = place.key
        kind = definition.type
        check = check_value(scope, step, kind, output.value, f"output {name}")
        info = check_info(kind, check)
        is_nothing = kind is Nothing
        described = _NOTHING if is_nothing else describe_value(output.value)
        if scope.on_value is not None and not is_nothing:
            scope.on_value(step.key, key_name, output.value, described)
        facts = output.metadata_entries
        reference = _reference(definition, check)
        keeper = definition.io_manager_key if reference is None else None
        if keeper is not None:
            facts = (*facts, *store_output(scope, step, definition, mapping_key, output.value))
            reference = kept_by(keeper)
        elif reference is None:
            reference = self._keep(key_name, output.value)
        scope.emit(
            OutputProduced(
                output_name=name,
                type_check=info,
                value=described,
                reference=reference,
                code_version=solid.code_version,
                config_hash=self._config_hash,
                data_version=reference.digest,
                inputs=self._inputs,
                metadata=facts,
                mapping_key=mapping_key,
            ),
            step.key,
        )
        if not check.success:
            where = f"{step.key} › output {key_name}"
            raise wrong_type(f"the output {name} is not of its type", where, kind, check, output.value)
        if scope.plan.config.outputs:
            for event in materialize_output(scope, step, name, output.value):
                self.take(event)
        self.produced.add(name)
        self.names.add(key_name)
        key = (step.key, key_name)
        scope.given.setdefault(step.key, []).append(key_name)
        scope.versions[key] = InputVersion(
            input_name="",
            run_id=scope.run.run_id,
            step_key=step.key,
            output_name=key_name,
            data_version=reference.digest,
        )
        if keeper is not None:
            scope.managed[key] = (scope.run.run_id, keeper)
        elif reference.codec is None or scope.keeps(*key):
            scope.values[key] = None if is_nothing else output.value

    def _keep(self, name: str, value: Any) -> ValueReference:
        scope = self._scope
        try:
            return scope.instance.values.put(value, run_id=scope.run.run_id, step_key=self._step.key, output_name=name)
        except (DagnbValueError, DagnbInstanceError) as error:
            warnings.warn(
                f"{self._step.key} › {name}: {error.what}; the run goes on with the value in memory, "
                "and it will be gone with this process",
                NotStoredWarning,
                stacklevel=2,
            )
            return ValueReference(codec=None, note=f"not stored: {error.what}")
