"""Messages: resources, modes, presets of YAML, loggers, hooks, retries, configured. Runs on release 0.9.22 too."""

import logging
import os

from dagster import (
    Array,
    Bool,
    DagsterInvalidConfigError,
    DagsterInvalidDefinitionError,
    DagsterInvariantViolationError,
    DagsterResourceFunctionError,
    DagsterUnknownResourceError,
    Enum,
    EnumValue,
    Failure,
    Field,
    Float,
    Int,
    IntSource,
    ModeDefinition,
    Noneable,
    Permissive,
    PresetDefinition,
    ResourceDefinition,
    RetryRequested,
    ScalarUnion,
    Selector,
    Shape,
    String,
    StringSource,
    check,
    configured,
    execute_pipeline,
    failure_hook,
    logger,
    pipeline,
    resource,
    solid,
    success_hook,
)

LOG = []


class Client:
    def __init__(self, token, retries):
        self.token = token
        self.retries = retries
        self.sent = []

    def send(self, channel, text):
        self.sent.append((channel, text))
        return {"ok": True, "channel": channel}


@resource(
    config_schema={"token": StringSource, "retries": Field(IntSource, default_value=3, is_required=False)},
    description="A client of a chat.",
)
def client(init_context):
    made = Client(init_context.resource_config["token"], init_context.resource_config["retries"])
    LOG.append(("made", made.token, made.retries, init_context.resource_def is not None, init_context.run_id != ""))
    init_context.log.info("made")
    try:
        yield made
    finally:
        LOG.append(("closed", list(made.sent)))


@resource
def broken(_):
    raise RuntimeError("no route")


@configured(client, {"secret": String})
def own_client(config):
    return {"token": config["secret"].upper(), "retries": 1}


FIXED = client.configured({"token": "fixed"})

Severity = Enum("Severity", [EnumValue("low", 1, "not urgent"), EnumValue("high", 2)])


@solid(
    required_resource_keys={"chat"},
    config_schema={
        "channel": Field(String, description="where to"),
        "severity": Field(Severity, default_value="low", is_required=False),
        "copies": Field(Array(Int), is_required=False),
        "target": Field(Selector({"file": {"path": String}, "table": Shape({"name": String})}), is_required=False),
        "extra": Permissive({"a": Field(Int, is_required=False)}),
        "note": Field(Noneable(String), default_value=None, is_required=False),
        "rate": Field(Float, default_value=0.5, is_required=False),
        "size": Field(ScalarUnion(Int, {"width": Int}), is_required=False),
        "quiet": Field(Bool, default_value=False, is_required=False),
    },
)
def post(context):
    answer = context.resources.chat.send(context.solid_config["channel"], context.solid_config["severity"])
    LOG.append(("config", {key: context.solid_config[key] for key in sorted(context.solid_config)}))
    return answer["channel"]


@solid
def nosy(context):
    try:
        context.resources.chat
    except DagsterUnknownResourceError as error:
        return (error.resource_name, isinstance(error, AttributeError))


@logger({"prefix": String})
def list_logger(init_context):
    made = logging.Logger("list_logger")
    made.setLevel(logging.INFO)

    class Handler(logging.Handler):
        def emit(self, record):
            LOG.append((init_context.logger_config["prefix"], record.levelname))

    made.addHandler(Handler())
    return made


@success_hook(required_resource_keys={"chat"})
def tell(context):
    LOG.append(("hook", context.solid.name, context.resources.chat.token, context.step.key, context.mode_def.name))


@failure_hook(name="mourn")
def cry(context):
    LOG.append(("failed", context.solid.name, context.hook_def.name))


EXTRA = {"solids": {"post": {"config": {"channel": "#b", "extra": {"a": 1, "b": [2]}}}}}

MODES = [
    ModeDefinition("prod", resource_defs={"chat": client}, logger_defs={"list": list_logger}),
    ModeDefinition("own", resource_defs={"chat": own_client}),
    ModeDefinition("fixed", resource_defs={"chat": FIXED}),
    ModeDefinition("test", resource_defs={"chat": ResourceDefinition.mock_resource()}),
    ModeDefinition("broken", resource_defs={"chat": broken}),
]
PRESETS = [
    PresetDefinition("plain", run_config={"resources": {"chat": {"config": {"token": "t"}}}, **EXTRA}, mode="prod"),
    PresetDefinition.from_yaml_strings(
        "yaml",
        [
            "solids: {post: {config: {channel: '#a', extra: {}}}}",
            "solids: {post: {config: {severity: high, copies: [1, 2], target: {file: {path: x}}, size: {width: 2}}}}",
            "resources: {chat: {config: {secret: abc}}}\nintermediate_storage: {filesystem: {}}",
        ],
        mode="own",
        tags={"from": "yaml"},
    ),
]


@tell
@pipeline(mode_defs=MODES, preset_defs=PRESETS, hook_defs={cry})
def messages():
    post()
    nosy()


def take():
    kept = list(LOG)
    del LOG[:]
    return kept


def running():
    first = execute_pipeline(messages, preset="plain")
    plain = take()
    second = execute_pipeline(messages, preset="yaml")
    yaml = take()
    with_logger = dict(PRESETS[0].run_config, loggers={"list": {"config": {"prefix": "p"}}})
    execute_pipeline(messages, with_logger, mode="prod")
    logged = [each for each in take() if each[0] == "p"]
    os.environ["DAGNB_COMPAT_TOKEN"] = "from the environment"
    by_env = {"resources": {"chat": {"config": {"token": {"env": "DAGNB_COMPAT_TOKEN"}}}}, **EXTRA}
    execute_pipeline(messages, by_env, mode="prod")
    environment = take()[0][1] == "from the environment"
    fixed = execute_pipeline(messages, EXTRA, mode="fixed")
    execute_pipeline(messages, {**EXTRA, "storage": {"in_memory": {}}, "execution": {"in_process": {}}}, mode="fixed")
    take()
    return {
        "plain": plain,
        "yaml": yaml,
        "logged": ("p", "INFO") in logged,
        "environment": environment,
        "nosy": first.output_for_solid("nosy"),
        "posted": (first.output_for_solid("post"), second.output_for_solid("post")),
        "fixed": fixed.success,
        "mocked": execute_pipeline(messages, EXTRA, mode="test", raise_on_error=False).success,
        "additional": messages.get_preset("plain").with_additional_config({"loggers": {"list": {}}}).run_config.keys()
        >= {"loggers", "resources", "solids"},
        "yaml_text": "severity: high" in messages.get_preset("yaml").get_environment_yaml(),
        "modes": (messages.available_modes, messages.get_default_mode_name(), messages.is_multi_mode),
    }


def raised(function):
    try:
        function()
    except Exception as error:
        return type(error)
    return None


def failing():
    found = {}
    try:
        execute_pipeline(messages, {"solids": {"post": {"config": {"chanel": 1, "rate": "x"}}}, "nowhere": 1}, mode="prod")
    except DagsterInvalidConfigError as error:
        found["reasons"] = sorted(each.reason.name for each in error.errors)
        found["levels"] = sorted(":".join(each.stack.levels) for each in error.errors)
        found["texts"] = all("root" in each for each in error.error_messages)
    try:
        execute_pipeline(messages, EXTRA, mode="broken")
    except DagsterResourceFunctionError as error:
        found["broken"] = (type(error.user_exception).__name__, str(error.user_exception))
    found["broken result"] = execute_pipeline(messages, EXTRA, mode="broken", raise_on_error=False).success
    found["mode"] = issubclass(raised(lambda: execute_pipeline(messages, EXTRA, mode="prd")), DagsterInvariantViolationError)
    found["preset"] = issubclass(raised(lambda: execute_pipeline(messages, preset="x")), DagsterInvariantViolationError)
    found["both"] = issubclass(raised(lambda: execute_pipeline(messages, mode="prod", preset="plain")), check.CheckError)
    found["field"] = issubclass(raised(lambda: Field(Int, default_value="x")), DagsterInvalidConfigError)
    found["required"] = issubclass(raised(lambda: Field(Int, default_value=1, is_required=True)), check.CheckError)
    found["callable"] = issubclass(raised(lambda: Field(Int, default_value=lambda: 1)), check.CheckError)

    def lacking():
        @pipeline(mode_defs=[ModeDefinition("a")])
        def lacks():
            post()

    def cyclic():
        @pipeline
        def unknown():
            nosy(1)

    found["resource"] = issubclass(raised(lacking), DagsterInvalidDefinitionError)
    found["constant"] = issubclass(raised(cyclic), DagsterInvalidDefinitionError)
    return found


ATTEMPTS = []


@solid(config_schema=Int)
def flaky(context):
    ATTEMPTS.append(context.solid_config)
    if len(ATTEMPTS) < context.solid_config:
        raise RetryRequested(max_retries=3)
    return len(ATTEMPTS)


@solid
def hopeless(_):
    raise Failure("hopeless", metadata_entries=[])


@pipeline
def trying():
    flaky()


@pipeline
def giving_up():
    hopeless()


def retrying():
    result = execute_pipeline(trying, {"solids": {"flaky": {"config": 3}}})
    tried = len(ATTEMPTS)
    del ATTEMPTS[:]
    never = execute_pipeline(trying, {"solids": {"flaky": {"config": 9}}})
    gave_up = execute_pipeline(giving_up, raise_on_error=False)
    failure = gave_up.result_for_solid("hopeless").failure_data
    once = execute_pipeline(
        trying,
        {"solids": {"flaky": {"config": 99}}, "execution": {"in_process": {"config": {"retries": {"disabled": {}}}}}},
        raise_on_error=False,
    )
    return {
        "value": result.output_for_solid("flaky"),
        "tried": tried,
        "never": never.success,
        "kinds": [e.event_type_value for e in result.step_event_list if "RE" in e.event_type_value.replace("STORE", "")],
        "failure": (failure.user_failure_data.description, gave_up.success, failure.error.cls_name),
        "once": once.success,
    }


def main():
    return {"running": running(), "failing": failing(), "retrying": retrying()}


if __name__ == "__main__":
    import pprint

    pprint.pprint(main(), width=110)
