import type { AssetView, CompletionView, ConfigCheck, GraphView, LaunchAnswer, Problem, Request, RunFrame, SolidDetails } from "./models";

/** What each request is answered by (dagnb/views/messages.py says so in words). */
export interface Answers {
  readonly solid: SolidDetails;
  readonly layout: GraphView;
  readonly frame: RunFrame;
  readonly cancel: boolean;
  readonly check: ConfigCheck;
  readonly complete: readonly CompletionView[];
  readonly scaffold: string;
  readonly preset: string;
  readonly launch: LaunchAnswer;
  readonly asset: AssetView;
}

/** Messages that Python sends, in answer or by itself. */
export type Incoming =
  | { readonly type: "answer"; readonly id: number; readonly result: unknown }
  | { readonly type: "answer"; readonly id: number; readonly problem: Problem }
  | { readonly type: "frame"; readonly frame: RunFrame }
  | { readonly type: "launched"; readonly graph: GraphView };

/** A request that Python refused, in its words. */
export class RequestProblem extends Error {
  constructor(readonly problem: Problem) {
    super(problem.message);
  }
}

/** The way from a view to Python: a widget's comm, or a server's route. */
export interface Channel {
  request<R extends Request>(request: R): Promise<Answers[R["method"]]>;
  /** Interrupt the kernel without the comm; false where the page cannot. */
  interrupt(): Promise<boolean>;
}

type Waiting = { resolve: (value: never) => void; reject: (reason: RequestProblem) => void };

/** Numbers requests and matches their answers; `send` puts a message on the wire. */
export class Requests {
  private last = 0;
  private readonly waiting = new Map<number, Waiting>();

  constructor(private readonly send: (message: { type: "request"; id: number; request: Request }) => void) {}

  request<R extends Request>(request: R): Promise<Answers[R["method"]]> {
    const id = ++this.last;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.send({ type: "request", id, request });
    });
  }

  /** Settle the request that `message` answers; answers to others (another page's) are left alone. */
  settle(message: Extract<Incoming, { type: "answer" }>): void {
    const waiting = this.waiting.get(message.id);
    if (!waiting) return;
    this.waiting.delete(message.id);
    if ("problem" in message) waiting.reject(new RequestProblem(message.problem));
    else waiting.resolve(message.result as never);
  }
}
