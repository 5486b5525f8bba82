/** Where the graph lies in its window: a point p of the graph is drawn at (p.x * scale + x, p.y * scale + y). */
export interface Camera {
  readonly x: number;
  readonly y: number;
  readonly scale: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Box extends Size {
  readonly x: number;
  readonly y: number;
}

export const MIN_SCALE = 0.02;
export const MAX_SCALE = 3;
/** Below it a name is hard to read: the first picture is no smaller. */
export const READABLE = 0.55;
/** Below it nothing but names is drawn: all of a graph in a smaller window is no smaller. */
export const SMALLEST = 0.42;
const MARGIN = 16;

const clamp = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));

/** Show all of `graph` in `window`, not larger than life. */
export function fit(graph: Size, window: Size): Camera {
  const scale = clamp(Math.min((window.width - 2 * MARGIN) / graph.width, (window.height - 2 * MARGIN) / graph.height, 1), MIN_SCALE, 1);
  return { scale, x: start(graph.width * scale, window.width), y: start(graph.height * scale, window.height) };
}

/** How large a graph is drawn in a window of this width that is as high as it needs: as in the first picture. */
export const widthScale = (graph: Size, width: number): number => {
  const scale = Math.min(1, (width - 2 * MARGIN) / Math.max(1, graph.width));
  return scale >= READABLE ? scale : 0.9;
};

/** The first picture: all of it where names stay readable, else its beginning, where most of the `boxes` there are. */
export function opening(graph: Size, window: Size, boxes: readonly Box[] = []): Camera {
  const all = fit(graph, window);
  if (all.scale >= READABLE) return { ...all, x: Math.min(all.x, MARGIN) };
  const scale = clamp(Math.max((window.height - 2 * MARGIN) / graph.height, (window.width - 2 * MARGIN) / graph.width), READABLE, 0.9);
  const first = { scale, x: start(graph.width * scale, window.width), y: start(graph.height * scale, window.height) };
  const isLong = graph.width * window.height > graph.height * window.width;
  const there = boxes.filter((box) => (isLong ? box.x * scale < window.width : box.y * scale < window.height));
  if (isLong) return { ...first, y: first.y - densest(there.map((box) => [box.y, box.y + box.height]), (window.height - 2 * MARGIN) / scale) * scale };
  return { ...first, x: first.x - densest(there.map((box) => [box.x, box.x + box.width]), (window.width - 2 * MARGIN) / scale) * scale };
}

type Span = readonly [from: number, to: number];

/** Where a stretch of `length` begins that holds the most `spans` (of about one size): 0 when none holds more. */
function densest(spans: readonly Span[], length: number): number {
  const sorted = [...spans].sort(([a], [b]) => a - b);
  let best = 0;
  let most = sorted.filter(([, to]) => to <= length).length;
  let end = 0;
  for (const [index, [at]] of sorted.entries()) {
    while (end < sorted.length && (sorted[end]?.[1] ?? 0) <= at + length) end++;
    if (end - index > most) [best, most] = [at, end - index];
  }
  return best;
}

/**
 * The picture when the window has changed: all of it where it does not get too small. Else the part that was seen, as
 * small as names can be read when that brings most of the graph in.
 */
export function refit(camera: Camera, graph: Size, window: Size): Camera {
  const all = fit(graph, window);
  if (all.scale >= SMALLEST) return { ...all, x: Math.min(all.x, MARGIN) };
  const next = all.scale >= READABLE / 2 ? zoomAt(camera, READABLE / camera.scale, 0, 0) : camera;
  return { scale: next.scale, x: within(next.x, graph.width * next.scale, window.width), y: within(next.y, graph.height * next.scale, window.height) };
}

/** Leave no room empty beside a graph that is longer than the room. */
const within = (at: number, length: number, room: number): number =>
  length <= room - 2 * MARGIN ? start(length, room) : clamp(at, room - MARGIN - length, MARGIN);

const start = (length: number, room: number): number => (length <= room - 2 * MARGIN ? Math.max(MARGIN, (room - length) / 2) : MARGIN);

/** Zoom by `factor` with the window's point (x, y) standing still. */
export function zoomAt(camera: Camera, factor: number, x: number, y: number): Camera {
  const scale = clamp(camera.scale * factor, MIN_SCALE, MAX_SCALE);
  const real = scale / camera.scale;
  return { scale, x: x - (x - camera.x) * real, y: y - (y - camera.y) * real };
}

/** The zoom factor of a wheel event: a notch of a wheel is about 20 %, a pinch is fine-grained. */
export function wheelFactor(deltaY: number, deltaMode: number): number {
  const pixels = deltaMode === 1 ? deltaY * 16 : deltaMode === 2 ? deltaY * 100 : deltaY;
  return Math.exp(-clamp(pixels, -60, 60) / 300);
}

/** Move as little as needed so that `box` of the graph is inside the window, or its beginning when it is larger. */
export function reveal(camera: Camera, box: Box, window: Size): Camera {
  return {
    scale: camera.scale,
    x: camera.x + correction(box.x * camera.scale + camera.x, box.width * camera.scale, window.width),
    y: camera.y + correction(box.y * camera.scale + camera.y, box.height * camera.scale, window.height),
  };
}

function correction(from: number, length: number, room: number): number {
  if (from + length > room - MARGIN) return Math.max(room - MARGIN - from - length, MARGIN - from);
  return from < MARGIN ? MARGIN - from : 0;
}

/** Keep a corner of the graph in sight. */
export function keepInSight(camera: Camera, graph: Size, window: Size): Camera {
  const rest = 40;
  return {
    scale: camera.scale,
    x: clamp(camera.x, rest - graph.width * camera.scale, window.width - rest),
    y: clamp(camera.y, rest - graph.height * camera.scale, window.height - rest),
  };
}

/** The part of the graph that a window shows, with `margin` pixels around it. */
export const inSight = (camera: Camera, window: Size, margin: number): Box => ({
  x: (-camera.x - margin) / camera.scale,
  y: (-camera.y - margin) / camera.scale,
  width: (window.width + 2 * margin) / camera.scale,
  height: (window.height + 2 * margin) / camera.scale,
});

/** Whether two boxes have a point in common. */
export const meets = (a: Box, b: Box): boolean => a.x <= b.x + b.width && b.x <= a.x + a.width && a.y <= b.y + b.height && b.y <= a.y + a.height;
