"""Executors: who runs the steps of a run, and in which order and number at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, ClassVar, overload

from dagnb.definitions.configurable import Configurable
from dagnb.definitions.docs import clean_doc
from dagnb.definitions.names import check_name
from dagnb.definitions.telling import told
from dagnb.errors import DagnbInvalidDefinitionError


class ExecutorDefinition(Configurable):
    """Define an executor: a function that makes it for a run.

    Args:
        name: letters, digits and underscores; a run config chooses it, ``execution: {name: {config: ...}}``.
        config_schema: its config, in any form that `dagnb.config` takes.
        executor_creation_fn: takes the init context (`executor_config`, `executor_def`, `pipeline_def`, `mode_def`,
            `run_id`, `instance`) and returns an object with ``execute(work)``; see
            `dagnb.contracts.execution.Executor`.
        description: what it is.

    Raises:
        DagnbInvalidDefinitionError: a bad name, or what should make it cannot be called.
    """

    _kind: ClassVar[str] = "executor"

    def __init__(
        self,
        name: str,
        config_schema: Any = None,
        executor_creation_fn: Callable[[Any], Any] | None = None,
        description: str | None = None,
    ) -> None:
        self.name = check_name(name, "executor")
        if executor_creation_fn is None or not callable(executor_creation_fn):
            raise DagnbInvalidDefinitionError(
                "an executor is made by a function",
                where=f"executor {name}",
                got=told(executor_creation_fn),
                hint="@executor makes one of a function that returns an object with execute(work)",
            )
        self.executor_creation_fn = executor_creation_fn
        super().__init__(config_schema, description or clean_doc(executor_creation_fn.__doc__))

    @property
    def _label(self) -> str:
        return f"executor {self.name}"

    def configured(
        self, config: Any, config_schema: Any = None, description: str | None = None, *, name: str | None = None
    ) -> ExecutorDefinition:
        """Return one that does the same with config of another form, or with none.

        Args:
            config: the config itself; or a function that takes config of `config_schema` and returns this one's.
            config_schema: the schema of what the function takes; only with a function.
            description: what the new one is (default: as this one).
            name: the new one's name (default: as this one's).

        Raises:
            DagnbInvalidDefinitionError: it takes no config; a bad name.
            DagnbInvalidConfigDefinitionError: a function without a schema, or a schema without a function.
            DagnbConfigError: the config does not pass this one's schema.

        >>> from dagnb import in_process_executor
        >>> in_process_executor.configured({"retries": {"disabled": {}}}, name="once")
        <executor once>
        """
        made = super().configured(config, config_schema, description)
        made.name = self.name if name is None else check_name(name, "executor")
        return made

    def __repr__(self) -> str:
        return f"<{self._label}>"


@overload
def executor(name: Callable[[Any], Any]) -> ExecutorDefinition: ...


@overload
def executor(
    name: str | None = None, config_schema: Any = None, description: str | None = None
) -> Callable[[Callable[[Any], Any]], ExecutorDefinition]: ...


def executor(name: Any = None, config_schema: Any = None, description: str | None = None) -> Any:
    """Make an executor of a function: `@executor` or `@executor(...)`.

    Args:
        name: the executor's name (default: the function's).
        config_schema: its config, in any form that `dagnb.config` takes.
        description: what it is (default: the docstring).

    >>> class LastFirst:
    ...     def execute(self, work):
    ...         while not work.is_done:
    ...             ready = list(iter(work.take, None))
    ...             for key in reversed(ready):
    ...                 work.run_step(key)
    >>> @executor
    ... def last_first(context):
    ...     return LastFirst()
    >>> last_first
    <executor last_first>
    """
    if callable(name):
        return ExecutorDefinition(name.__name__, None, name)
    return lambda function: ExecutorDefinition(name or function.__name__, config_schema, function, description)


def check_executors(executors: Iterable[ExecutorDefinition], where: str) -> dict[str, ExecutorDefinition]:
    """Return the executors by name.

    Raises:
        DagnbInvalidDefinitionError: two of one name, or something that is no executor.
    """
    found: dict[str, ExecutorDefinition] = {}
    for each in [executors] if isinstance(executors, ExecutorDefinition) else executors:
        if not isinstance(each, ExecutorDefinition):
            raise DagnbInvalidDefinitionError(
                "executor_defs takes executors only",
                where=where,
                got=told(each),
                expected="what @executor makes",
            )
        if each.name in found:
            raise DagnbInvalidDefinitionError(
                "two executors have the same name",
                where=f"{where} › executor {each.name}",
                hint='executor.configured(..., name="another") has a name of its own',
            )
        found[each.name] = each
    return found
