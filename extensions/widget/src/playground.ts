import type { PlaygroundView } from "@dagnb/views/models";
import { mountPlayground } from "@dagnb/views/playground/mount";
import { PlaygroundSession } from "@dagnb/views/playground/session";
import { commChannel } from "./channel";
import { entryOf } from "./entry";

export default entryOf((model) => {
  const channel = commChannel(model, (message) => session.hear(message));
  const session = new PlaygroundSession(model.get("view") as PlaygroundView, channel);
  return (host) => mountPlayground(host, session);
});
