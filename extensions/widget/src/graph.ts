import { mountGraph } from "@dagnb/views/graph/mount";
import type { GraphView, RunFrame } from "@dagnb/views/models";
import { GraphSession } from "@dagnb/views/session";
import { commChannel } from "./channel";
import { entryOf } from "./entry";

export default entryOf((model) => {
  const channel = commChannel(model, (message) => message.type === "frame" && session.take(message.frame));
  const session = new GraphSession(model.get("view") as GraphView, channel, model.get("frame") as RunFrame | null);
  return (host) => mountGraph(host, session);
});
