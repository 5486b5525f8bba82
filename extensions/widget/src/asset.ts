import { mountAsset } from "@dagnb/views/asset/mount";
import type { AssetView } from "@dagnb/views/models";
import { commChannel } from "./channel";
import { entryOf } from "./entry";

export default entryOf((model) => {
  const channel = commChannel(model, () => undefined);
  return (host) => mountAsset(host, model.get("view") as AssetView, channel);
});
