import { type Channel, type Incoming, Requests } from "@dagnb/views/channel";
import type { Model } from "./model";

/** A channel over the widget's comm; `hear` gets what Python sends by itself. */
export function commChannel(model: Model, hear: (message: Exclude<Incoming, { type: "answer" }>) => void): Channel {
  const requests = new Requests((message) => model.send(message));
  model.on("msg:custom", (message: Incoming) => {
    if (message.type === "answer") requests.settle(message);
    else if (message.type === "frame" || message.type === "launched") hear(message);
  });
  return { request: (request) => requests.request(request), interrupt: () => interrupt(String(model.get("kernel_id") ?? "")) };
}

/** Interrupt the kernel through the server that served this page: needs no comm, so it also works while comms wait. */
async function interrupt(kernel: string): Promise<boolean> {
  const text = document.getElementById("jupyter-config-data")?.textContent;
  if (!text || !kernel) return false;
  const { baseUrl = "/", token = "" } = JSON.parse(text) as { baseUrl?: string; token?: string };
  const xsrf = /(?:^|; )_xsrf=([^;]+)/.exec(document.cookie)?.[1] ?? "";
  const headers: Record<string, string> = { "X-XSRFToken": xsrf };
  if (token) headers["Authorization"] = `token ${token}`;
  try {
    return (await fetch(`${baseUrl}api/kernels/${encodeURIComponent(kernel)}/interrupt`, { method: "POST", headers })).ok;
  } catch {
    return false;
  }
}
