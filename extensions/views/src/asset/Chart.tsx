import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { apart, exactly, number, when } from "../format";
import type { SeriesView } from "../models";
import { nearestIndex, tickLabels, ticks } from "./scale";

const HEIGHT = 150;
const TOP = 12;
const BOTTOM = 22;
const RIGHT = 12;

/** A numeric metadata entry over the materializations: a line, and under the pointer its value, time and run. */
export function Chart({ series }: { readonly series: SeriesView }) {
  const host = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(560);
  const [at, setAt] = useState<number | null>(null);
  useLayoutEffect(() => {
    const element = host.current;
    if (!element) return;
    const measure = (): void => setWidth(Math.max(220, element.clientWidth));
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  const points = series.points.filter((point) => Number.isFinite(point.value as number | null));
  const marks = ticks(points.map((point) => point.value));
  const labels = tickLabels(marks);
  const left = 14 + Math.max(...labels.map((label) => label.length)) * 6.5;
  const [low = 0, high = 1] = [marks[0], marks.at(-1)];
  const x = (index: number): number => (points.length < 2 ? (left + width - RIGHT) / 2 : left + (index / (points.length - 1)) * (width - RIGHT - left));
  const y = (value: number): number => HEIGHT - BOTTOM - ((value - low) / (high - low || 1)) * (HEIGHT - BOTTOM - TOP);
  const shown = at === null ? undefined : points[at];
  const [from = "", to = ""] = apart([points[0]?.at ?? 0, points.at(-1)?.at ?? 0]);
  const onKey = (event: KeyboardEvent): void => {
    const step = event.key === "ArrowLeft" ? -1 : event.key === "ArrowRight" ? 1 : 0;
    if (step === 0) return;
    event.preventDefault();
    setAt(Math.min(points.length - 1, Math.max(0, (at ?? points.length) + step)));
  };
  return (
    <div ref={host}>
      <div class="chart-head" title={`${series.label}: ${series.headline}`}>
        <b>{series.label}</b> <span class="muted">{shown ? `${number(shown.value, 6)} · ${when(shown.at)} · run ${shown.run_id.slice(0, 8)}` : series.headline}</span>
      </div>
      <svg
        class="chart"
        height={HEIGHT}
        viewBox={`0 0 ${width} ${HEIGHT}`}
        role="img"
        tabIndex={0}
        aria-label={`${series.label}: ${series.headline}`}
        onPointerMove={(event) => {
          const box = event.currentTarget.getBoundingClientRect();
          setAt(points.length === 0 ? null : nearestIndex(((event.clientX - box.left) / box.width) * width, left, width - RIGHT, points.length));
        }}
        onPointerLeave={() => setAt(null)}
        onKeyDown={onKey}
        onBlur={() => setAt(null)}
      >
        {marks.map((mark, index) => (
          <g key={mark}>
            <line class="grid" x1={left} x2={width - RIGHT} y1={y(mark)} y2={y(mark)} />
            <text x={left - 8} y={y(mark) + 4} text-anchor="end">
              {labels[index]}
            </text>
          </g>
        ))}
        {shown && at !== null && <line class="cursor" x1={x(at)} x2={x(at)} y1={TOP} y2={HEIGHT - BOTTOM} />}
        <polyline class="curve" points={points.map((point, index) => `${x(index).toFixed(1)},${y(point.value).toFixed(1)}`).join(" ")} />
        {points.length <= 120 &&
          points.map((point, index) => (
            <circle key={index} class="dot" cx={x(index)} cy={y(point.value)} r={index === at ? 4.5 : 2.6}>
              <title>{`${number(point.value, 6)}\n${exactly(point.at)}`}</title>
            </circle>
          ))}
        {shown && at !== null && points.length > 120 && <circle class="dot" cx={x(at)} cy={y(shown.value)} r={4.5} />}
        {points[0] && points.length > 1 && (
          <>
            <text x={left} y={HEIGHT - 4}>
              {from}
            </text>
            <text x={width - RIGHT} y={HEIGHT - 4} text-anchor="end">
              {to}
            </text>
          </>
        )}
      </svg>
    </div>
  );
}
