import { grouped } from "../format";

/** Round numbers that span `values`, about `wanted` of them, smallest first. */
export function ticks(values: readonly number[], wanted = 4): readonly number[] {
  const finite = values.filter(Number.isFinite);
  if (finite.length === 0) return [0, 1];
  const low = Math.min(...finite);
  const high = Math.max(...finite);
  const span = high - low || Math.abs(high) || 1;
  const step = roundStep(span / Math.max(1, wanted - 1));
  const first = Math.floor((high === low ? low - span / 2 : low) / step);
  const last = Math.ceil((high === low ? high + span / 2 : high) / step);
  return Array.from({ length: last - first + 1 }, (_, at) => Number(((first + at) * step).toPrecision(12)));
}

function roundStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  const digit = [1, 2, 2.5, 5, 10].find((each) => each * power >= rough * 0.999) ?? 10;
  return digit * power;
}

/** `marks` as texts with the same number of decimals, as many as their step needs. */
export function tickLabels(marks: readonly number[]): readonly string[] {
  const decimals = Math.max(...marks.map((mark) => (String(mark).split(".")[1] ?? "").length));
  const isPlain = marks.every((mark) => mark === 0 || (Math.abs(mark) >= 1e-6 && Math.abs(mark) < 1e12));
  return marks.map((mark) => (isPlain ? grouped(mark.toFixed(decimals)) : mark.toExponential(2)));
}

/** The index in 0 … count - 1 of the point nearest to `x` of points spread evenly from `left` to `right`. */
export function nearestIndex(x: number, left: number, right: number, count: number): number {
  if (count < 2) return 0;
  const part = (x - left) / Math.max(1, right - left);
  return Math.min(count - 1, Math.max(0, Math.round(part * (count - 1))));
}
