import { make } from "./svg";

const SIDE = 14;

/** The control that opens a composite (a plus), or closes it; for the pointer, and for Enter when it has the focus. */
export function toggleOf(id: string, isOpen: boolean, x: number, y: number, parent: Element): SVGGElement {
  const label = `${isOpen ? "Close" : "Open"} ${id}`;
  const made = make("g", { class: "toggle", "data-toggle": id, role: "button", tabindex: 0, "aria-label": label, "aria-expanded": String(isOpen), transform: `translate(${x} ${y})` }, parent);
  make("title", {}, made).textContent = label;
  make("rect", { width: SIDE, height: SIDE, rx: 3 }, made);
  make("path", { d: isOpen ? "M4 7h6" : "M4 7h6M7 4v6" }, made);
  return made;
}

/** The composite whose control an event hit, or null. */
export const toggleAt = (target: EventTarget | null): string | null =>
  target instanceof Element ? (target.closest("[data-toggle]")?.getAttribute("data-toggle") ?? null) : null;
