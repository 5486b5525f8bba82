import { useState } from "preact/hooks";
import type { Channel } from "../channel";
import { exactly, number, when } from "../format";
import type { AssetView } from "../models";
import { Table } from "../panel/Table";
import { textOf } from "../session";
import { Chart } from "./Chart";

/** More columns than this have the whole width, below the lines. */
const MOST_BESIDE = 4;

/** An asset: a line for each number that was recorded with it, beside the table of its history. */
export function AssetPage({ first, channel }: { readonly first: AssetView; readonly channel: Channel }) {
  const [asset, setAsset] = useState(first);
  const [problem, setProblem] = useState("");
  const refresh = async (): Promise<void> => {
    try {
      setAsset(await channel.request({ method: "asset", key: first.key }));
      setProblem("");
    } catch (error) {
      setProblem(textOf(error));
    }
  };
  const isEmpty = asset.count === 0;
  const isStacked = asset.history.columns.length > MOST_BESIDE;
  return (
    <div class="frame asset">
      <div class="head">
        <span class="title" title={asset.key}>
          {asset.path.join(" › ")}
        </span>
        <span class="pill">{`${number(asset.count)} materialization${asset.count === 1 ? "" : "s"}`}</span>
        {asset.last_at !== null && (
          <span class="muted" title={exactly(asset.last_at)}>
            {`last written ${when(asset.last_at)}`}
          </span>
        )}
        <span class="gap" />
        <button type="button" onClick={() => void refresh()}>
          Refresh
        </button>
      </div>
      {isEmpty ? (
        <div class="empty">
          Nothing has written this asset yet. In a solid: <code>{`yield AssetMaterialization(${JSON.stringify(asset.key)})`}</code>
        </div>
      ) : (
        <div class={isStacked ? "body stacked" : "body"}>
          <div class="stage plots">
            {asset.description && <p class="muted">{asset.description}</p>}
            {asset.series.length === 0 && <div class="empty">No numbers were recorded with it. EventMetadataEntry.int(len(frame), "rows") in the materialization makes a line here.</div>}
            {asset.series.map((series) => (
              <Chart key={series.label} series={series} />
            ))}
          </div>
          <div class="side">
            <Table table={asset.history} />
          </div>
        </div>
      )}
      {problem && <div class="note failure">{problem}</div>}
    </div>
  );
}
