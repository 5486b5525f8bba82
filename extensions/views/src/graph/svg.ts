const NS = "http://www.w3.org/2000/svg";

type Attributes = Readonly<Record<string, string | number>>;

/** A new SVG element, in no parent yet. */
export function element<K extends keyof SVGElementTagNameMap>(name: K, attributes: Attributes = {}): SVGElementTagNameMap[K] {
  const made = document.createElementNS(NS, name);
  for (const key in attributes) made.setAttribute(key, String(attributes[key]));
  return made;
}

/** A new SVG element as the last of `parent`. */
export function make<K extends keyof SVGElementTagNameMap>(name: K, attributes: Attributes, parent: Element): SVGElementTagNameMap[K] {
  const made = element(name, attributes);
  parent.append(made);
  return made;
}

export function setText(target: Element, text: string): void {
  if (target.textContent !== text) target.textContent = text;
}
