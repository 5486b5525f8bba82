import { count } from "../format";
import type { GroupView, NodeState } from "../models";
import type { Rulers } from "./card";
import { make, setText } from "./svg";
import { toggleOf } from "./toggle";

const LEFT = 27;
const RIGHT = 12;
const BASELINE = 17;
const BETWEEN = 8;

/** The box of an open composite: its name and how it stands above what lies in it. */
export class GroupBox {
  private readonly root: SVGGElement;
  /** Lies over the edges, some of which enter the box where its name stands. */
  private readonly head: SVGGElement;
  private readonly title: SVGTitleElement;
  private readonly name: SVGTextElement;
  private readonly sub: SVGTextElement;
  private readonly when: SVGTextElement;
  private rulers: Rulers | null = null;
  private state: NodeState | undefined;
  private isSelected = false;

  constructor(
    readonly view: GroupView,
    boxes: Element,
    heads: Element,
  ) {
    const { width, height } = view;
    const place = { "data-group": view.id, transform: `translate(${view.x} ${view.y})` };
    this.root = make("g", { ...place, role: "group" }, boxes);
    this.head = make("g", place, heads);
    this.title = make("title", {}, this.root);
    make("rect", { class: "box", width, height, rx: 8 }, this.root);
    this.name = make("text", { class: "name", x: LEFT, y: BASELINE }, this.head);
    this.sub = make("text", { class: "sub", y: BASELINE }, this.head);
    this.when = make("text", { class: "when", x: width - RIGHT, y: BASELINE }, this.head);
    toggleOf(view.id, true, 8, 6, this.head);
    this.write();
  }

  show(state: NodeState | undefined): void {
    if (this.state === state) return;
    this.state = state;
    this.write();
  }

  select(isSelected: boolean): void {
    this.isSelected = isSelected;
    this.write();
  }

  measure(rulers: Rulers): void {
    this.rulers = rulers;
    this.write();
  }

  private write(): void {
    const { view, state } = this;
    for (const part of [this.root, this.head]) part.setAttribute("class", ["group", state?.status, this.isSelected && "selected"].filter(Boolean).join(" "));
    const many = count(view.count, "solid");
    setText(this.title, [`${view.id}: composite of ${many}`, state ? `${state.status}${state.note ? `, ${state.note}` : ""}` : "", view.description].filter(Boolean).join("\n"));
    if (!this.rulers) return;
    const { name, small } = this.rulers;
    const when = state?.note ?? "";
    const room = view.width - LEFT - RIGHT - (when ? small.width(when) + BETWEEN : 0);
    const label = name.fit(view.name, room, "ends");
    setText(this.name, label);
    setText(this.when, when);
    const at = name.width(label) + BETWEEN;
    setText(this.sub, at + small.width(many) <= room ? many : "");
    this.sub.setAttribute("x", String(LEFT + at));
  }
}
