// The types of dagnb/views/models.py and dagnb/views/messages.py, written by extensions/views/generate_models.py.
// Change them there, then run `npm run generate`.

export type Status = "waiting" | "running" | "success" | "failure" | "skipped" | "canceled";

export type RunState = "queued" | "starting" | "started" | "canceling" | "canceled" | "success" | "failure";

export type SolidKind = "function" | "notebook" | "cell" | "composite";

export type Direction = "lr" | "tb";

export type Tone = "plain" | "muted" | "success" | "running" | "failure";

export type Align = "left" | "right";

export type Severity = "error" | "warning";

/** An input or output of a solid. `note` says optional, default, fan-in ... in words. */
export interface PortView {
  readonly name: string;
  readonly type: string;
  readonly description: string;
  readonly note: string;
}

/** A solid in the graph: `id` is its handle in the pipeline (`outer.inner`); x, y is its upper left corner. */
export interface NodeView {
  readonly id: string;
  readonly name: string;
  readonly label: string;
  readonly kind: SolidKind;
  readonly subtitle: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly description: string;
  readonly parent: string;
  readonly is_mapped: boolean;
}

/** A composite: `id` is its handle, `name` the handle's last part, `count` how many solids it is made of. */
export interface GroupView {
  readonly id: string;
  readonly name: string;
  readonly label: string;
  readonly count: number;
  readonly is_open: boolean;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly parent: string;
  readonly description: string;
  readonly solids: ReadonlyArray<string>;
}

/** A dependency, from `source`'s output to `target`'s input: between solids, or the closed composites around them. */
export interface EdgeView {
  readonly id: string;
  readonly source: string;
  readonly output: string;
  readonly target: string;
  readonly input: string;
  readonly path: string;
  readonly label_x: number;
  readonly label_y: number;
}

/** A pipeline's graph with its positions. */
export interface GraphView {
  readonly name: string;
  readonly description: string;
  readonly direction: Direction;
  readonly width: number;
  readonly height: number;
  readonly nodes: ReadonlyArray<NodeView>;
  readonly edges: ReadonlyArray<EdgeView>;
  readonly groups: ReadonlyArray<GroupView>;
}

/** How a solid or composite stands in a run. */
export interface NodeState {
  readonly id: string;
  readonly status: Status;
  readonly note: string;
  readonly started: number | null;
  readonly ended: number | null;
  readonly done: number | null;
  readonly total: number | null;
  readonly stale: string | null;
  readonly count: number | null;
  readonly failed: number;
}

/** What went along an edge. `label` is the row count (`337k`, `20k ▼22%`), `tone` failure when rows were lost. */
export interface EdgeState {
  readonly id: string;
  readonly label: string;
  readonly title: string;
  readonly tone: Tone;
}

/** A run in one line. `remaining` is from history, None when there is none. `error` is the run's own, no step's. */
export interface RunHeader {
  readonly run_id: string;
  readonly short_id: string;
  readonly pipeline: string;
  readonly state: RunState;
  readonly started: number | null;
  readonly ended: number | null;
  readonly done: number;
  readonly total: number;
  readonly failed: number;
  readonly remaining: number | null;
  readonly summary: string;
  readonly error: ErrorView | null;
}

/** A column of a table of texts. */
export interface ColumnView {
  readonly name: string;
  readonly align: Align;
}

/** A table of texts; `note` says what was left out (`10 of 336,776 rows`). */
export interface TableView {
  readonly columns: ReadonlyArray<ColumnView>;
  readonly rows: ReadonlyArray<ReadonlyArray<string>>;
  readonly note: string;
}

/** An input or output value: `summary` is its shape (`336,776 × 19`); `text` or `table` is the preview. */
export interface ValueView {
  readonly name: string;
  readonly type: string;
  readonly summary: string;
  readonly tone: Tone;
  readonly source: string;
  readonly note: string;
  readonly text: string;
  readonly table: TableView | null;
  readonly schema: TableView | null;
}

/** A metadata entry as text; `href` only when the scheme is http, https or mailto. */
export interface MetadataView {
  readonly label: string;
  readonly kind: string;
  readonly text: string;
  readonly description: string;
  readonly href: string | null;
  readonly table: TableView | null;
}

/** An asset that a step wrote. */
export interface MaterializationView {
  readonly asset: string;
  readonly at: number;
  readonly description: string;
  readonly entries: ReadonlyArray<MetadataView>;
}

/** What a step expected of its data. */
export interface ExpectationView {
  readonly label: string;
  readonly success: boolean;
  readonly description: string;
  readonly entries: ReadonlyArray<MetadataView>;
}

/** An error: what (the exception's own message), where, and the traceback as plain text. */
export interface ErrorView {
  readonly title: string;
  readonly message: string;
  readonly where: string;
  readonly traceback: string;
  readonly entries: ReadonlyArray<MetadataView>;
}

/** One of the steps of a mapped solid, or of the solids in a composite: a row that leads to its own panel. */
export interface PartView {
  readonly id: string;
  readonly label: string;
  readonly status: Status | null;
  readonly note: string;
  readonly summary: string;
}

/** What the side panel shows of a solid; outside a run only the declared half is filled in. */
export interface SolidDetails {
  readonly id: string;
  readonly name: string;
  readonly kind: SolidKind;
  readonly subtitle: string;
  readonly description: string;
  readonly status: Status | null;
  readonly note: string;
  readonly inputs: ReadonlyArray<PortView>;
  readonly outputs: ReadonlyArray<PortView>;
  readonly input_values: ReadonlyArray<ValueView>;
  readonly output_values: ReadonlyArray<ValueView>;
  readonly schema: string;
  readonly config: string;
  readonly resources: ReadonlyArray<string>;
  readonly tags: ReadonlyArray<string>;
  readonly source: string;
  readonly now: string;
  readonly materializations: ReadonlyArray<MaterializationView>;
  readonly materialization_table: TableView | null;
  readonly expectations: ReadonlyArray<ExpectationView>;
  readonly error: ErrorView | null;
  readonly log: ReadonlyArray<string>;
  readonly notebook: string | null;
  readonly parts: ReadonlyArray<PartView>;
  readonly parts_note: string;
}

/** What changed in a run up to event `seq`: at most 10 a second and 64 kB each. */
export interface RunFrame {
  readonly seq: number;
  readonly run: RunHeader;
  readonly nodes: ReadonlyArray<NodeState>;
  readonly edges: ReadonlyArray<EdgeState>;
  readonly details: ReadonlyArray<SolidDetails>;
}

/** A problem in the config text. Lines and columns count from 0; `path` is `solids › load › config › origin`. */
export interface DiagnosticView {
  readonly path: string;
  readonly message: string;
  readonly severity: Severity;
  readonly line: number;
  readonly column: number;
  readonly end_line: number;
  readonly end_column: number;
}

/** One line of the completion pop-up: `insert` replaces from `column` of the cursor's line to the cursor. */
export interface CompletionView {
  readonly label: string;
  readonly insert: string;
  readonly column: number;
  readonly detail: string;
  readonly description: string;
  readonly kind: string;
}

/** The answer to a config text: its problems (none: it can be launched) and what will run. */
export interface ConfigCheck {
  readonly diagnostics: ReadonlyArray<DiagnosticView>;
  readonly plan: TableView | null;
  readonly summary: string;
}

/** The playground's first state. */
export interface PlaygroundView {
  readonly pipeline: string;
  readonly modes: ReadonlyArray<string>;
  readonly mode: string;
  readonly presets: ReadonlyArray<string>;
  readonly text: string;
  readonly check: ConfigCheck;
}

/** The answer to Launch: the run's graph, or the problems that kept it from starting. */
export interface LaunchAnswer {
  readonly run_id: string | null;
  readonly graph: GraphView | null;
  readonly check: ConfigCheck;
}

/** A value of a numeric metadata entry at a materialization. */
export interface PointView {
  readonly at: number;
  readonly value: number;
  readonly run_id: string;
}

/** A numeric metadata entry over the materializations, oldest first. */
export interface SeriesView {
  readonly label: string;
  readonly headline: string;
  readonly points: ReadonlyArray<PointView>;
}

/** An asset's page: `history` has when, run, then a column per metadata label, newest first. */
export interface AssetView {
  readonly key: string;
  readonly path: ReadonlyArray<string>;
  readonly count: number;
  readonly description: string;
  readonly last_at: number | null;
  readonly history: TableView;
  readonly series: ReadonlyArray<SeriesView>;
}

/** Why a request was not answered, in the words of the error. */
export interface Problem {
  readonly message: string;
  readonly hint: string;
}

export type Fields = "required" | "all";

export type Request = SolidRequest | LayoutRequest | FrameRequest | CancelRequest | CheckRequest | CompletionRequest | ScaffoldRequest | PresetRequest | LaunchRequest | AssetRequest;

/** Ask for a panel, in a run or (run_id None) as it is declared. Answered by `SolidDetails`. */
export interface SolidRequest {
  readonly method: "solid";
  readonly solid: string;
  readonly run_id: string | null;
}

/** Ask for the graph in a direction, of a run or (run_id None) as it is declared. Answered by `GraphView`. */
export interface LayoutRequest {
  readonly method: "layout";
  readonly direction: Direction;
  readonly run_id: string | null;
  readonly open: ReadonlyArray<string> | null;
}

/** Ask what changed in a run since event `after`. Answered by `RunFrame`. */
export interface FrameRequest {
  readonly method: "frame";
  readonly run_id: string;
  readonly after: number;
}

/** Ask to stop a run. Answered by True when it was told to stop, False when it had ended. */
export interface CancelRequest {
  readonly method: "cancel";
  readonly run_id: string;
}

/** Ask whether a config text is right. Answered by `ConfigCheck`. */
export interface CheckRequest {
  readonly method: "check";
  readonly text: string;
  readonly mode: string;
}

/** Ask what could stand at the cursor (from 0). Answered by a list of `CompletionView`. */
export interface CompletionRequest {
  readonly method: "complete";
  readonly text: string;
  readonly mode: string;
  readonly line: number;
  readonly column: number;
}

/** Ask for a config text to start from. Answered by a text. */
export interface ScaffoldRequest {
  readonly method: "scaffold";
  readonly mode: string;
  readonly fields: Fields;
}

/** Ask for a preset's config text. Answered by a text. */
export interface PresetRequest {
  readonly method: "preset";
  readonly name: string;
}

/** Ask to run a config text. Answered by `LaunchAnswer`. */
export interface LaunchRequest {
  readonly method: "launch";
  readonly text: string;
  readonly mode: string;
}

/** Ask for an asset's page. Answered by `AssetView`. */
export interface AssetRequest {
  readonly method: "asset";
  readonly key: string;
}
