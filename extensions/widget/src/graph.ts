import { mountGraph } from "@dagnb/views/graph/mount";
import type { GraphView, RunFrame } from "@dagnb/views/models";
import { GraphSession } from "@dagnb/views/session";
import { attach } from "./attach";
import { commChannel } from "./channel";
import type { Entry, Model } from "./model";

const sessions = new WeakMap<Model, GraphSession>();

/** The graph and its run, one for a model however many places show it. */
function sessionOf(model: Model): GraphSession {
  const known = sessions.get(model);
  if (known) return known;
  const channel = commChannel(model, (message) => message.type === "frame" && session.take(message.frame));
  const session = new GraphSession(model.get("view") as GraphView, channel, model.get("frame") as RunFrame | null);
  sessions.set(model, session);
  return session;
}

const entry: Entry = {
  initialize: ({ model }) => {
    const session = sessionOf(model);
    attach(model, (host) => mountGraph(host, session));
  },
  render: ({ model, el }) => mountGraph(el, sessionOf(model)),
};
export default entry;
