import { render } from "preact";
import type { GraphSession } from "../session";
import { addStyle } from "../theme";
import { GraphPane } from "./GraphPane";

/** Draw the graph into `host`; returns what takes it away again. */
export function mountGraph(host: HTMLElement, session: GraphSession): () => void {
  addStyle(host.ownerDocument);
  host.classList.add("dagnb");
  render(<GraphPane session={session} />, host);
  return () => render(null, host);
}
