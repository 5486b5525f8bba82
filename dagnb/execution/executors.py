"""Make the executor that a run config chooses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dagnb.contracts.execution import Executor
from dagnb.contracts.records import RunRecord
from dagnb.definitions.telling import told
from dagnb.errors import DagnbInvalidDefinitionError
from dagnb.planning.plan import ExecutionPlan

if TYPE_CHECKING:
    from dagnb.definitions.executor import ExecutorDefinition
    from dagnb.definitions.mode import ModeDefinition
    from dagnb.definitions.pipeline import PipelineDefinition
    from dagnb.instance import Instance


class InitExecutorContext:
    """What an executor gets to know when it is made: `executor_config` and what will run.

    Attributes:
        executor_config: its config, checked, defaults filled in; None when it has no schema.
        executor_def: its own definition.
        pipeline_def: the pipeline's definition.
        mode_def: the mode's definition.
        run_id: the run's id.
        instance: the instance that the run is kept in.
    """

    def __init__(
        self,
        run: RunRecord,
        plan: ExecutionPlan,
        instance: Instance,
        *,
        executor_def: ExecutorDefinition,
        executor_config: Any,
    ) -> None:
        self.executor_config = executor_config
        self.executor_def = executor_def
        self.pipeline_def: PipelineDefinition = plan.pipeline
        self.mode_def: ModeDefinition = plan.mode
        self.run_id = run.run_id
        self.instance = instance


def make_executor(run: RunRecord, plan: ExecutionPlan, instance: Instance) -> Executor:
    """Return the executor that the run config chooses.

    Raises:
        DagnbInvalidDefinitionError: its function returned something else.
        Exception: what the function raised.
    """
    if plan.config.executor is None:
        from dagnb.execution.in_process import InProcessExecutor

        return InProcessExecutor()
    definition, config = plan.config.executor
    context = InitExecutorContext(run, plan, instance, executor_def=definition, executor_config=config)
    made: Executor = definition.executor_creation_fn(context)
    if not callable(getattr(made, "execute", None)):
        raise DagnbInvalidDefinitionError(
            "an executor has no way to execute steps",
            where=f"mode {plan.mode.name} › executor {definition.name}",
            got=told(made),
            expected="an object with execute(work)",
        )
    return made
