import { shorten } from "../format";

const MOST = 20_000;

/** Tells how wide texts are in a font, in pixels, without laying out the page; each is measured once. */
export class Ruler {
  private readonly widths = new Map<string, number>();
  private readonly context = document.createElement("canvas").getContext("2d");

  /** `font` as CSS writes it: `600 13px system-ui`. */
  constructor(font: string) {
    if (this.context) this.context.font = font;
  }

  readonly width = (text: string): number => {
    const known = this.widths.get(text);
    if (known !== undefined) return known;
    const width = this.context?.measureText(text).width ?? 0;
    if (this.widths.size >= MOST) this.widths.clear();
    this.widths.set(text, width);
    return width;
  };

  /** What of `text` fits into `room`. */
  fit(text: string, room: number, keep: "start" | "ends"): string {
    return shorten(text, room, this.width, keep);
  }
}
