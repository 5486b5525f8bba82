import { type Draw, attach } from "./attach";
import type { Entry, Model } from "./model";

/** anywidget's entry for a view: `start` makes, once for a model, what draws it wherever it is shown. */
export function entryOf(start: (model: Model) => Draw): Entry {
  const started = new WeakMap<Model, Draw>();
  const drawOf = (model: Model): Draw => {
    const draw = started.get(model) ?? start(model);
    started.set(model, draw);
    return draw;
  };
  return {
    initialize: ({ model }) => void attach(model, drawOf(model)),
    render: ({ model, el }) => drawOf(model)(el),
  };
}
