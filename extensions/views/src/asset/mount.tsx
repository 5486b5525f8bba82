import { render } from "preact";
import type { Channel } from "../channel";
import type { AssetView } from "../models";
import { addStyle } from "../theme";
import { AssetPage } from "./AssetPage";

/** Draw an asset's page into `host`; returns what takes it away again. */
export function mountAsset(host: HTMLElement, asset: AssetView, channel: Channel): () => void {
  addStyle(host.ownerDocument);
  host.classList.add("dagnb");
  render(<AssetPage first={asset} channel={channel} />, host);
  return () => render(null, host);
}
