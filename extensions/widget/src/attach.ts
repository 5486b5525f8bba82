import type { Model } from "./model";

/** Draws a widget into an element; returns what takes it away again. */
export type Draw = (host: HTMLElement) => () => void;

const OUTPUT = "jp-OutputArea-output";
const LIVE = "dagnb-live";
const PAGE = Symbol.for("dagnb.page-watch.1");

/** Calls `look` once a frame after the page changed. One observer serves all widgets of a page, of every bundle. */
class PageWatch {
  private readonly looks = new Set<() => void>();
  private isQueued = false;
  private readonly observer = new MutationObserver(() => {
    if (this.isQueued) return;
    this.isQueued = true;
    requestAnimationFrame(() => {
      this.isQueued = false;
      for (const look of [...this.looks]) look();
    });
  });

  constructor() {
    window.addEventListener("keydown", leaveShortcuts, { capture: true });
  }

  add(look: () => void): () => void {
    if (this.looks.size === 0) this.observer.observe(document.body, { childList: true, subtree: true, attributes: true, attributeFilter: ["src"] });
    this.looks.add(look);
    look();
    return () => {
      this.looks.delete(look);
      if (this.looks.size === 0) this.observer.disconnect();
    };
  }
}

/**
 * Keep the notebook's shortcuts (arrows, Enter, letters) from acting on keys pressed in a view, but for those like Ctrl+S.
 * Lumino looks for this attribute in the document's capture phase, so it is set before, in the window's.
 */
function leaveShortcuts(event: KeyboardEvent): void {
  const target = event.target instanceof Element ? event.target : null;
  const isCommand = (event.ctrlKey || event.metaKey) && (target?.closest(".cm-editor") ? event.key.toLowerCase() === "s" : true);
  target?.closest(`.${LIVE}`)?.toggleAttribute("data-lm-suppress-shortcuts", !isCommand);
}

function pageWatch(): PageWatch {
  const page = window as unknown as Record<symbol, PageWatch | undefined>;
  return (page[PAGE] ??= new PageWatch());
}

/**
 * Lay the live widget over every static picture of it on the page.
 *
 * A cell's output holds only the picture, an image whose source carries the widget's marker: it is hidden, and the widget is
 * drawn beside it. When the widget goes, the picture comes back.
 */
export function attach(model: Model, draw: Draw): () => void {
  const marker = String(model.get("marker"));
  const roots = new Map<HTMLElement, () => void>();
  const pictures = (): HTMLElement[] =>
    [...document.querySelectorAll<HTMLElement>(`.${OUTPUT} img[src*="${CSS.escape(marker)}"]`)].flatMap((image) => image.closest<HTMLElement>(`.${OUTPUT}`) ?? []);
  const look = (): void => {
    for (const [root, remove] of roots) {
      if (root.isConnected) continue;
      remove();
      root.remove();
      roots.delete(root);
    }
    for (const picture of pictures()) {
      picture.style.display = "none";
      const parent = picture.parentElement;
      if (!parent || parent.querySelector(`:scope > .${LIVE}[data-marker="${CSS.escape(marker)}"]`)) continue;
      const root = rootElement(marker);
      parent.append(root.outer);
      roots.set(root.outer, draw(root.inner));
    }
  };
  const stopWatching = pageWatch().add(look);
  const stop = (): void => {
    stopWatching();
    for (const [root, remove] of roots) {
      remove();
      root.remove();
    }
    roots.clear();
    for (const picture of pictures()) picture.style.display = "";
  };
  model.on("destroy", stop);
  model.on("comm_live_update", stop);
  return stop;
}

function rootElement(marker: string): { readonly outer: HTMLElement; readonly inner: HTMLElement } {
  const outer = document.createElement("div");
  // The second class lays it out as an output.
  outer.className = `${LIVE} ${OUTPUT}`;
  outer.dataset["marker"] = marker;
  const inner = document.createElement("div");
  outer.append(inner);
  return { outer, inner };
}
