import { render } from "preact";
import { addStyle } from "../theme";
import { Playground } from "./Playground";
import type { PlaygroundSession } from "./session";

/** Draw the playground into `host`; returns what takes it away again. */
export function mountPlayground(host: HTMLElement, session: PlaygroundSession): () => void {
  addStyle(host.ownerDocument);
  host.classList.add("dagnb");
  render(<Playground session={session} />, host);
  return () => render(null, host);
}
