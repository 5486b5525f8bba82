/** What of anywidget's model these widgets use. */
export interface Model {
  get(name: string): unknown;
  send(content: unknown): void;
  on(event: string, listener: (...values: never[]) => void): void;
  off(event: string, listener?: (...values: never[]) => void): void;
}

/** anywidget's entry: `initialize` runs once for a model, without any view. */
export interface Entry {
  initialize(context: { readonly model: Model }): void;
  render(context: { readonly model: Model; readonly el: HTMLElement }): () => void;
}
